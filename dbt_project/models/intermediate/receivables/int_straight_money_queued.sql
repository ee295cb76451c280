with

applications as (
    select * from {{ ref('int_applications_netted') }}
),

placed as (
    select * from {{ ref('int_segments_placed') }}
),

adjustments as (
    select * from {{ ref('int_adjustments_remaining') }}
),

credit_uses as (
    select * from {{ ref('int_credits_netted') }}
),

applied as (
    select
        bill_id,
        receipt_id,
        value_on,
        sum(amount) as amount
    from applications
    where bill_id is not null
    group by bill_id, receipt_id, value_on
),

placed_totals as (
    select
        bill_id,
        receipt_id,
        sum(amount) as amount
    from placed
    group by bill_id, receipt_id
),

-- What of a receipt has no place by an invoice came straight to the bill.
straight as (
    select
        applied.bill_id,
        applied.receipt_id,
        cast(null as varchar) as grant_id,
        false as is_written_off,
        applied.value_on as dated_on,
        applied.receipt_id as document_id,
        applied.amount - coalesce(placed_totals.amount, 0) as amount
    from applied
    left join placed_totals
        on applied.bill_id = placed_totals.bill_id
            and applied.receipt_id = placed_totals.receipt_id
),

written_off as (
    select
        bill_id,
        cast(null as varchar) as receipt_id,
        adjustment_id as grant_id,
        true as is_written_off,
        dated_on,
        adjustment_id as document_id,
        amount
    from adjustments
),

credited as (
    select
        bill_id,
        cast(null as varchar) as receipt_id,
        grant_id,
        false as is_written_off,
        granted_on as dated_on,
        grant_id as document_id,
        amount
    from credit_uses
),

unioned as (
    select * from straight
    union all
    select * from credited
    union all
    select * from written_off
),

queued as (
    select
        *,
        row_number() over (
            partition by bill_id
            order by dated_on, document_id, grant_id nulls first, is_written_off
        ) as money_no
    from unioned
    where amount > 0
)

select * from queued
