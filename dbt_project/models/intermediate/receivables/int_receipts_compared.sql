with

receipts as (
    select * from {{ ref('receipts') }}
),

left_over as (
    select * from {{ ref('int_receipts_left_after_aged') }}
),

available as (
    select * from {{ ref('int_receipts_available') }}
),

splits as (
    select * from {{ ref('int_splits_judged') }}
),

shared as (
    select * from {{ ref('int_applications_shared') }}
),

known as (
    select * from {{ ref('int_applications_known') }}
),

standing as (
    select * from {{ ref('int_applications_standing') }}
),

withdrawn as (
    select * from {{ ref('int_applications_withdrawn') }}
),

held_back as (
    select
        receipt_id,
        case when target = 'bank_charge' then -amount else amount end as amount
    from splits
    where reason is null and is_waiting
),

-- Shared out but dated or posted later: applied by the stages, not yet by the books.
not_yet as (
    select receipt_id, amount from shared
    where stage <> 'designated' or split_id is null
    union all
    select receipt_id, -amount as amount from known
    where
        not is_posted and reverses_id is null
        and (stage <> 'designated' or split_id is null)
    union all
    select standing.receipt_id, -standing.amount as amount
    from standing
    inner join withdrawn on standing.application_id = withdrawn.application_id
    union all
    select receipt_id, -amount as amount from known
    where not is_posted and reverses_id is not null
),

unused as (
    select receipt_id, left_amount as amount from left_over
    union all
    select receipt_id, amount from held_back
    union all
    select receipt_id, amount from not_yet
),

unused_totals as (
    select
        receipt_id,
        sum(amount) as amount
    from unused
    group by receipt_id
),

-- Unapplied as the stages left it, not as what the other parts leave.
compared as (
    select
        'receipts_fully_used' as check_name,
        receipts.entity_id,
        receipts.currency,
        receipts.amount as expected,
        receipts.amount + abs(
            receipts.applied_amount + receipts.prepaid_amount + receipts.refunded_amount
            - receipts.bank_charge_amount - receipts.amount
            + case
                when available.receipt_id is null then receipts.amount
                when available.product_line is not null then 0
                else unused_totals.amount
            end
        ) as actual
    from receipts
    left join available on receipts.receipt_id = available.receipt_id
    left join unused_totals on receipts.receipt_id = unused_totals.receipt_id
    where receipts.returned_on is null
)

select * from compared
