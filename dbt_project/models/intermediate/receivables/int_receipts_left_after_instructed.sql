with

receipts as (
    select * from {{ ref('int_receipts_left_before_stages') }}
),

splits as (
    select * from {{ ref('int_splits_judged') }}
),

-- Waiting splits hold their money back; prepaid money waits for the fourth stage.
split_up as (
    select
        receipt_id,
        sum(case when target = 'bank_charge' then -amount else amount end) as amount
    from splits
    where reason is null
    group by receipt_id
),

left_over as (
    select
        receipts.receipt_id,
        receipts.receipt_order,
        receipts.customer_id,
        receipts.entity_id,
        receipts.currency,
        receipts.product_line,
        receipts.receipt_application,
        greatest(receipts.left_amount - coalesce(split_up.amount, 0), 0) as unsplit_amount
    from receipts
    left join split_up on receipts.receipt_id = split_up.receipt_id
),

-- An opening receipt of a product line is prepaid: nothing of it goes by number or match.
shared as (
    select
        *,
        case when product_line is null then unsplit_amount else 0 end as left_amount,
        case when product_line is null then 0 else unsplit_amount end as prepaid_amount
    from left_over
)

select * from shared
