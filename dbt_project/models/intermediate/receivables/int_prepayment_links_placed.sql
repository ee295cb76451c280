with

prepayment_lines as (
    select * from {{ ref('int_prepayment_lines_listed') }}
),

segments as (
    select * from {{ ref('int_bill_segments_stacked') }}
),

applications as (
    select * from {{ ref('int_applications_netted') }}
),

-- A prepayment invoice's own receipt, where it went straight to a bill the invoice is linked to.
candidates as (
    select
        prepayment_lines.invoice_id,
        prepayment_lines.receipt_id,
        prepayment_lines.issued_on,
        prepayment_lines.amount as line_amount,
        segments.bill_id,
        segments.segment_no,
        segments.amount as segment_amount,
        applications.amount as applied_amount,
        applications.receipt_order,
        least(prepayment_lines.amount, segments.amount, applications.amount) as want_amount
    from prepayment_lines
    inner join segments on prepayment_lines.invoice_id = segments.invoice_id
    inner join applications
        on prepayment_lines.receipt_id = applications.receipt_id
            and segments.bill_id = applications.bill_id
            and applications.invoice_id is null
),

-- Three limits, one after the other: the application, the link, the invoice's line.
within_applications as (
    select
        *,
        greatest(least(want_amount, applied_amount - coalesce(sum(want_amount) over (
            partition by receipt_id, bill_id order by issued_on, invoice_id, segment_no
            rows between unbounded preceding and 1 preceding
        ), 0)), 0) as first_amount
    from candidates
),

within_links as (
    select
        *,
        greatest(least(first_amount, segment_amount - coalesce(sum(first_amount) over (
            partition by bill_id, segment_no order by receipt_order, invoice_id
            rows between unbounded preceding and 1 preceding
        ), 0)), 0) as second_amount
    from within_applications
),

within_lines as (
    select
        *,
        greatest(least(second_amount, line_amount - coalesce(sum(second_amount) over (
            partition by invoice_id, receipt_id order by bill_id, segment_no
            rows between unbounded preceding and 1 preceding
        ), 0)), 0) as amount
    from within_links
)

select
    bill_id,
    segment_no,
    receipt_id,
    invoice_id,
    amount
from within_lines
where amount > 0
