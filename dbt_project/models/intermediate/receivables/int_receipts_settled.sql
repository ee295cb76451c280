with

receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

available as (
    select * from {{ ref('int_receipts_available') }}
),

splits as (
    select * from {{ ref('int_splits_judged') }}
),

applications as (
    select * from {{ ref('int_applications_known') }}
),

applied as (
    select
        receipt_id,
        sum(amount) as amount
    from applications
    group by receipt_id
),

-- Prepaid is what was set aside and has not been applied yet.
designated as (
    select
        receipt_id,
        sum(amount) as amount
    from applications
    where stage = 'designated' and split_id is not null
    group by receipt_id
),

split_up as (
    select
        receipt_id,
        sum(case when target = 'prepayment' then amount else 0 end) as prepaid,
        sum(case when target = 'refund' then amount else 0 end) as refunded,
        sum(case when target = 'bank_charge' then amount else 0 end) as charged
    from splits
    where reason is null and not is_waiting
    group by receipt_id
),

-- Of a returned receipt the row stays, all its parts nought.
parts as (
    select
        receipts.receipt_id,
        case when receipts.returned_on is null then receipts.amount else 0 end as amount,
        coalesce(applied.amount, 0) as applied_amount,
        coalesce(split_up.prepaid, 0) - coalesce(designated.amount, 0) as split_prepaid_amount,
        coalesce(split_up.refunded, 0) as refunded_amount,
        coalesce(split_up.charged, 0) as bank_charge_amount,
        available.product_line is not null as is_prepaid_opening
    from receipts
    left join available on receipts.receipt_id = available.receipt_id
    left join applied on receipts.receipt_id = applied.receipt_id
    left join designated on receipts.receipt_id = designated.receipt_id
    left join split_up on receipts.receipt_id = split_up.receipt_id
),

left_over as (
    select
        *,
        amount + bank_charge_amount - applied_amount - refunded_amount - split_prepaid_amount
            as left_amount
    from parts
)

select
    receipt_id,
    cast(applied_amount as {{ money_type() }}) as applied_amount,
    cast(
        split_prepaid_amount + case when is_prepaid_opening then left_amount else 0 end
        as {{ money_type() }}
    ) as prepaid_amount,
    cast(case when is_prepaid_opening then 0 else left_amount end as {{ money_type() }})
        as unapplied_amount,
    cast(refunded_amount as {{ money_type() }}) as refunded_amount,
    cast(bank_charge_amount as {{ money_type() }}) as bank_charge_amount
from left_over
