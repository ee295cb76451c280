{{ config(materialized='view') }}
with

bills as (
    select * from {{ ref('int_bills_left_after_matched') }}
),

prepayments as (
    select * from {{ ref('int_applications_designated') }}
),

credits as (
    select * from {{ ref('int_credits_designated') }}
),

designated as (
    select bill_id, amount from prepayments
    union all
    select bill_id, amount from credits
),

applied as (
    select
        bill_id,
        sum(amount) as amount
    from designated
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
