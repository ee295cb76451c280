with

receipts as (
    select * from {{ ref('int_receipts_available') }}
),

settled as (
    select * from {{ ref('int_receipts_settled') }}
),

splits as (
    select * from {{ ref('int_splits_judged') }}
),

applications as (
    select * from {{ ref('int_applications_known') }}
),

designated as (
    select
        split_id,
        sum(amount) as amount
    from applications
    where stage = 'designated' and split_id is not null
    group by split_id
),

prepaid as (
    select
        splits.receipt_id,
        splits.product_line,
        sum(splits.amount - coalesce(designated.amount, 0)) as amount
    from splits
    left join designated on splits.split_id = designated.split_id
    where splits.target = 'prepayment' and splits.reason is null and not splits.is_waiting
    group by splits.receipt_id, splits.product_line
),

opened as (
    select
        receipts.receipt_id,
        receipts.product_line,
        settled.prepaid_amount - coalesce(prepaid.amount, 0) as amount
    from receipts
    inner join settled on receipts.receipt_id = settled.receipt_id
    left join (select receipt_id, sum(amount) as amount from prepaid group by receipt_id) as prepaid
        on receipts.receipt_id = prepaid.receipt_id
    where receipts.product_line is not null
),

unapplied as (
    select
        receipt_id,
        cast(null as varchar) as product_line,
        unapplied_amount as amount
    from settled
),

unioned as (
    select * from prepaid
    union all
    select * from opened
    union all
    select * from unapplied
),

-- Money with nowhere to go yet, by the product line it is meant for.
totalled as (
    select
        receipts.receipt_id,
        receipts.receipt_order,
        receipts.customer_id,
        receipts.entity_id,
        receipts.currency,
        unioned.product_line,
        sum(unioned.amount) as amount
    from unioned
    inner join receipts on unioned.receipt_id = receipts.receipt_id
    group by
        receipts.receipt_id, receipts.receipt_order, receipts.customer_id, receipts.entity_id,
        receipts.currency, unioned.product_line
)

select * from totalled where amount <> 0
