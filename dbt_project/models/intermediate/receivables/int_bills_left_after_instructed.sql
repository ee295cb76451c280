with

bills as (
    select * from {{ ref('int_bills_left_before_stages') }}
),

applications as (
    select * from {{ ref('int_applications_instructed') }}
),

applied as (
    select
        bill_id,
        sum(amount) as amount
    from applications
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
        greatest(bills.left_amount - coalesce(applied.amount, 0), 0) as left_amount
    from bills
    left join applied on bills.bill_id = applied.bill_id
)

select * from left_over
