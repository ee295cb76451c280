with

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

standing as (
    select * from {{ ref('int_applications_standing') }}
),

adjustments as (
    select * from {{ ref('int_adjustments_accepted') }}
),

-- What instructed applications have posted is measured with their splits.
posted as (
    select
        bill_id,
        sum(amount) as amount
    from standing
    where falls_on is null and stage <> 'instructed' and bill_id is not null
    group by bill_id
),

adjusted as (
    select
        bill_id,
        sum(amount) as amount
    from adjustments
    where bill_id is not null
    group by bill_id
),

left_over as (
    select
        bills.bill_id,
        bills.bill_order,
        bills.bill_number,
        bills.customer_id,
        bills.entity_id,
        bills.currency,
        bills.product_line,
        bills.gross_amount - coalesce(posted.amount, 0) - coalesce(adjusted.amount, 0)
            as left_amount
    from bills
    left join posted on bills.bill_id = posted.bill_id
    left join adjusted on bills.bill_id = adjusted.bill_id
)

select * from left_over
