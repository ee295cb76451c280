with

adjustments as (
    select * from {{ ref('stg_operations__account_adjustments') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

all_bills as (
    select * from {{ ref('int_bills_totalled') }}
),

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

standing as (
    select * from {{ ref('int_applications_standing') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

posted_on_bills as (
    select
        bill_id,
        sum(amount) as amount
    from standing
    where falls_on is null and bill_id is not null
    group by bill_id
),

-- An adjustment has its bill's entity, else the customer's.
entered as (
    select
        adjustments.adjustment_id,
        adjustments.customer_id,
        coalesce(all_bills.entity_id, customers.entity_id) as entity_id,
        adjustments.kind,
        adjustments.bill_id,
        coalesce(all_bills.product_line, adjustments.product_line) as product_line,
        adjustments.currency,
        cast(adjustments.amount as {{ money_type() }}) as amount,
        adjustments.dated_on,
        customers.customer_id is not null as is_customer_known,
        all_bills.bill_id is not null as is_bill_known,
        coalesce(
            all_bills.customer_id = adjustments.customer_id
            and all_bills.currency = adjustments.currency, false
        ) as is_bill_of_customer,
        bills.gross_amount - coalesce(posted_on_bills.amount, 0) as bill_limit,
        adjustments.source_file,
        adjustments.source_row
    from adjustments
    cross join run_days
    left join customers on adjustments.customer_id = customers.customer_id
    left join all_bills on adjustments.bill_id = all_bills.bill_id
    left join bills on adjustments.bill_id = bills.bill_id
    left join posted_on_bills on adjustments.bill_id = posted_on_bills.bill_id
    where adjustments.dated_on <= run_days.as_of
),

-- Facts from before the books move nothing: opening balances stand for them.
within_books as (
    select entered.*
    from entered
    left join entities on entered.entity_id = entities.entity_id
    where entities.books_start_on is null or entered.dated_on >= entities.books_start_on
)

select * from within_books
