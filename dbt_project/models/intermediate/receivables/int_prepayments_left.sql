with

splits as (
    select * from {{ ref('int_splits_judged') }}
),

receipts as (
    select * from {{ ref('int_receipts_left_after_instructed') }}
),

standing as (
    select * from {{ ref('int_applications_standing') }}
),

posted as (
    select
        split_id,
        sum(amount) as amount
    from standing
    where falls_on is null and stage = 'designated' and split_id is not null
    group by split_id
),

of_splits as (
    select
        splits.receipt_id,
        splits.receipt_order,
        splits.split_id,
        splits.split_on,
        splits.customer_id,
        splits.entity_id,
        splits.currency,
        splits.product_line,
        splits.amount - coalesce(posted.amount, 0) as left_amount
    from splits
    left join posted on splits.split_id = posted.split_id
    where splits.target = 'prepayment' and splits.reason is null and not splits.is_waiting
),

-- An opening receipt of a product line is prepaid by itself.
of_openings as (
    select
        receipt_id,
        receipt_order,
        cast(null as varchar) as split_id,
        cast(null as date) as split_on,
        customer_id,
        entity_id,
        currency,
        product_line,
        prepaid_amount as left_amount
    from receipts
    where prepaid_amount > 0
),

prepayments as (
    select * from of_splits
    union all
    select * from of_openings
),

ordered as (
    select
        *,
        row_number() over (order by receipt_order, split_on nulls first, split_id nulls first)
            as money_order
    from prepayments
    where left_amount > 0
)

select * from ordered
