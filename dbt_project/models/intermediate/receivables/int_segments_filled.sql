{{ config(materialized='view') }}
with

segments as (
    select * from {{ ref('int_bill_segments_stacked') }}
),

placed as (
    select * from {{ ref('int_segments_placed') }}
),

queued as (
    select * from {{ ref('int_straight_money_queued') }}
),

placed_totals as (
    select
        bill_id,
        segment_no,
        sum(amount) as amount
    from placed
    group by bill_id, segment_no
),

gaps as (
    select
        segments.bill_id,
        segments.segment_no,
        sum(segments.amount - coalesce(placed_totals.amount, 0)) over (
            partition by segments.bill_id order by segments.segment_no
            rows between unbounded preceding and current row
        ) as gap_to
    from segments
    left join placed_totals
        on segments.bill_id = placed_totals.bill_id
            and segments.segment_no = placed_totals.segment_no
    where segments.amount > coalesce(placed_totals.amount, 0)
),

money as (
    select
        bill_id, money_no,
        sum(amount) over (
            partition by bill_id order by money_no
            rows between unbounded preceding and current row
        ) as money_to
    from queued
),

break_points as (
    select bill_id, gap_to as ends_at, segment_no, cast(null as bigint) as money_no from gaps
    union all
    select bill_id, money_to as ends_at, cast(null as bigint) as segment_no, money_no from money
),

merged as (
    select
        bill_id,
        ends_at,
        max(segment_no) as segment_no,
        max(money_no) as money_no
    from break_points
    group by bill_id, ends_at
),

-- Straight money fills the gaps in segment order; where it ends, the rest is unreceived.
pieces as (
    select
        bill_id,
        ends_at - coalesce(lag(ends_at) over (partition by bill_id order by ends_at), 0)
            as amount,
        min(segment_no) over (
            partition by bill_id order by ends_at rows between current row and unbounded following
        ) as segment_no,
        min(money_no) over (
            partition by bill_id order by ends_at rows between current row and unbounded following
        ) as money_no
    from merged
),

filled as (
    select
        pieces.bill_id, pieces.segment_no, queued.receipt_id, queued.grant_id,
        coalesce(queued.is_written_off, false) as is_written_off,
        pieces.amount
    from pieces
    left join queued on pieces.bill_id = queued.bill_id and pieces.money_no = queued.money_no
    where pieces.segment_no is not null
),

unioned as (
    select * from filled
    union all
    select
        bill_id, segment_no, receipt_id, cast(null as varchar) as grant_id,
        false as is_written_off, amount
    from placed
)

select * from unioned
