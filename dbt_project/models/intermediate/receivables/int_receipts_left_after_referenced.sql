with

receipts as (
    select * from {{ ref('int_receipts_left_after_instructed') }}
),

applications as (
    select * from {{ ref('int_applications_referenced') }}
),

applied as (
    select
        receipt_id,
        sum(amount) as amount
    from applications
    group by receipt_id
),

left_over as (
    select
        receipts.receipt_id,
        receipts.receipt_order,
        receipts.customer_id,
        receipts.entity_id,
        receipts.currency,
        receipts.receipt_application,
        receipts.left_amount - coalesce(applied.amount, 0) as left_amount
    from receipts
    left join applied on receipts.receipt_id = applied.receipt_id
)

select * from left_over
