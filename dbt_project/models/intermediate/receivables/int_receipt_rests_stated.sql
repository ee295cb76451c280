with

money as (
    select * from {{ ref('int_money_unapplied') }}
),

rests_placed as (
    select * from {{ ref('int_prepayment_rests_placed') }}
),

receipts as (
    select * from {{ ref('int_receipts_available') }}
),

settled as (
    select * from {{ ref('int_receipts_settled') }}
),

placed as (
    select
        receipt_id,
        product_line,
        sum(amount) as amount
    from rests_placed
    group by receipt_id, product_line
),

unapplied as (
    select
        money.receipt_id,
        money.product_line,
        money.amount - coalesce(placed.amount, 0) as amount,
        'received_unapplied' as state
    from money
    left join placed
        on money.receipt_id = placed.receipt_id
            and money.product_line is not distinct from placed.product_line
),

refunded as (
    select
        settled.receipt_id,
        cast(null as varchar) as product_line,
        settled.refunded_amount as amount,
        'received_refunded' as state
    from settled
    inner join receipts on settled.receipt_id = receipts.receipt_id
),

-- Money withheld on the way never came in: it takes the receipt back to its own amount.
charged as (
    select
        settled.receipt_id,
        cast(null as varchar) as product_line,
        -settled.bank_charge_amount as amount,
        'received_bank_charge' as state
    from settled
    inner join receipts on settled.receipt_id = receipts.receipt_id
),

unioned as (
    select * from unapplied
    union all
    select * from refunded
    union all
    select * from charged
)

select * from unioned where amount <> 0
