with

bills as (
    select * from {{ ref('int_bills_left_after_designated') }}
),

applications as (
    select * from {{ ref('int_applications_aged') }}
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
        bills.left_amount - coalesce(applied.amount, 0) as left_amount
    from bills
    left join applied on bills.bill_id = applied.bill_id
)

select * from left_over
