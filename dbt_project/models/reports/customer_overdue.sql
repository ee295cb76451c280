with

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

settled as (
    select * from {{ ref('int_bills_settled') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

numbers as (
    select * from {{ ref('int_bill_invoice_numbers_listed') }}
),

entities as (
    select * from {{ ref('int_entities_reported') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

buckets as (
    select * from {{ ref('aging_buckets') }}
),

posted as (
    select * from {{ ref('stg_posted__customer_overdue') }}
),

-- Overdue counts from the bill's own due date, whatever an invoice says; without one it is never.
open_bills as (
    select
        entities.as_of, bills.entity_id, bills.customer_id, bills.bill_id, bills.product_line,
        bills.currency, numbers.invoice_numbers, bills.due_on,
        greatest(coalesce({{ days_between('bills.due_on', 'entities.as_of') }}, 0), 0)
            as days_overdue,
        settled.outstanding_amount as outstanding,
        coalesce(contracts.sales_rep_id, customers.sales_rep_id) as sales_rep_id,
        coalesce(contracts.late_interest_daily_rate, 0) as daily_rate, currencies.minor_units
    from bills
    inner join settled on bills.bill_id = settled.bill_id
    inner join entities on bills.entity_id = entities.entity_id
    left join contracts on bills.contract_id = contracts.contract_id
    left join customers on bills.customer_id = customers.customer_id
    left join currencies on bills.currency = currencies.currency
    left join numbers on bills.bill_id = numbers.bill_id
    where settled.outstanding_amount > 0
),

computed as (
    select
        open_bills.as_of, open_bills.entity_id, open_bills.customer_id, open_bills.bill_id,
        open_bills.product_line, open_bills.currency, open_bills.invoice_numbers,
        open_bills.due_on, open_bills.days_overdue, buckets.bucket as overdue_bucket,
        open_bills.outstanding, open_bills.sales_rep_id,
        {{ round_money(
            'open_bills.outstanding * open_bills.daily_rate'
            ~ ' * cast(open_bills.days_overdue as decimal(6, 0))',
            'open_bills.minor_units'
        ) }} as late_interest
    from open_bills
    inner join buckets
        on buckets.basis = 'overdue'
        and (
            (open_bills.due_on is null and buckets.bucket = 'no_due_date')
            or (
                open_bills.due_on is not null and buckets.bucket <> 'no_due_date'
                and open_bills.days_overdue >= coalesce(buckets.from_day, open_bills.days_overdue)
                and open_bills.days_overdue <= coalesce(buckets.to_day, open_bills.days_overdue)
            )
        )
),

unioned as (
    select
        as_of, entity_id, customer_id, bill_id, product_line, currency, invoice_numbers, due_on,
        days_overdue, overdue_bucket, outstanding, sales_rep_id, late_interest
    from posted
    union all
    select * from computed
)

select
    as_of, entity_id, customer_id, bill_id, product_line, currency, invoice_numbers, due_on,
    cast(days_overdue as integer) as days_overdue,
    overdue_bucket,
    cast(outstanding as {{ money_type() }}) as outstanding,
    sales_rep_id,
    cast(late_interest as {{ money_type() }}) as late_interest
from unioned
