with

applications as (
    select * from {{ ref('int_applications_netted') }}
),

segments as (
    select * from {{ ref('int_bill_segments_stacked') }}
),

money as (
    select
        bill_id,
        invoice_id,
        receipt_id,
        receipt_order,
        sum(amount) over (
            partition by bill_id, invoice_id order by receipt_order
            rows between unbounded preceding and current row
        ) as money_to
    from applications
    where bill_id is not null and invoice_id is not null
),

places as (
    select
        bill_id,
        invoice_id,
        segment_no,
        sum(amount) over (
            partition by bill_id, invoice_id order by segment_no
            rows between unbounded preceding and current row
        ) as place_to
    from segments
    where invoice_id is not null
),

break_points as (
    select
        bill_id, invoice_id, money_to as ends_at, receipt_order,
        cast(null as bigint) as segment_no
    from money
    union all
    select
        bill_id, invoice_id, place_to as ends_at, cast(null as bigint) as receipt_order,
        segment_no
    from places
),

merged as (
    select
        bill_id,
        invoice_id,
        ends_at,
        max(receipt_order) as receipt_order,
        max(segment_no) as segment_no
    from break_points
    group by bill_id, invoice_id, ends_at
),

pieces as (
    select
        bill_id,
        ends_at - coalesce(lag(ends_at) over (
            partition by bill_id, invoice_id order by ends_at
        ), 0) as amount,
        min(receipt_order) over (
            partition by bill_id, invoice_id order by ends_at
            rows between current row and unbounded following
        ) as receipt_order,
        min(segment_no) over (
            partition by bill_id, invoice_id order by ends_at
            rows between current row and unbounded following
        ) as segment_no,
        invoice_id
    from merged
),

-- Money that came through an invoice sits on that invoice's segments.
placed as (
    select
        pieces.bill_id,
        pieces.segment_no,
        money.receipt_id,
        pieces.invoice_id,
        pieces.amount
    from pieces
    inner join money
        on pieces.bill_id = money.bill_id
            and pieces.invoice_id = money.invoice_id
            and pieces.receipt_order = money.receipt_order
    where pieces.segment_no is not null
)

select * from placed
