with

adjustments as (
    select * from {{ ref('stg_operations__account_adjustments') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }}
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
),

running as (
    select
        *,
        sum(amount) over (
            partition by bill_id order by dated_on, adjustment_id
            rows between unbounded preceding and current row
        ) as total_on_bill
    from within_books
),

-- Running totals that count the refused, so that nothing slips in behind one; never below nought.
totalled as (
    select
        *,
        total_on_bill - least(0, min(total_on_bill) over (
            partition by bill_id order by dated_on, adjustment_id
            rows between unbounded preceding and current row
        )) > bill_limit as is_beyond_bill
    from running
),

-- A negative one takes back what earlier ones have settled, and no more.
taken_back as (
    select
        *,
        sum(case when amount > 0 and is_beyond_bill then 0 else amount end) over (
            partition by bill_id order by dated_on, adjustment_id
            rows between unbounded preceding and current row
        ) < 0 as is_beyond_settled
    from totalled
),

judged as (
    select
        adjustment_id,
        customer_id,
        entity_id,
        kind,
        bill_id,
        product_line,
        currency,
        amount,
        dated_on,
        case
            when not is_customer_known then 'unknown_customer'
            when bill_id is null then null
            when not is_bill_known then 'unknown_bill'
            when not is_bill_of_customer then 'bill_of_another_account'
            when bill_limit is null then 'waiting'
            when amount > 0 and is_beyond_bill then 'exceeds_bill'
            when amount < 0 and is_beyond_settled then 'takes_back_more_than_there_is'
        end as reason,
        source_file,
        source_row
    from taken_back
),

-- An opening account balance is an adjustment that names no bill.
opened as (
    select
        opening_id as adjustment_id,
        customer_id,
        entity_id,
        'opening' as kind,
        cast(null as varchar) as bill_id,
        product_line,
        currency,
        amount,
        document_date as dated_on,
        cast(null as varchar) as reason,
        source_file,
        source_row
    from openings
    where kind = 'account'
),

unioned as (
    select * from judged
    union all
    select * from opened
)

select * from unioned
