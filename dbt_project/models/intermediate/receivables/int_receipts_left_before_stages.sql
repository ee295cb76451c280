with

receipts as (
    select * from {{ ref('int_receipts_available') }}
),

standing as (
    select * from {{ ref('int_applications_standing') }}
),

-- What splits have posted is measured with the splits.
posted as (
    select
        receipt_id,
        sum(amount) as amount
    from standing
    where falls_on is null and split_id is null
    group by receipt_id
),

left_over as (
    select
        receipts.*,
        receipts.amount - coalesce(posted.amount, 0) as left_amount
    from receipts
    left join posted on receipts.receipt_id = posted.receipt_id
)

select * from left_over
