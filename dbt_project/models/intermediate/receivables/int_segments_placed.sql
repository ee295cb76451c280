with

through_invoices as (
    select * from {{ ref('int_invoice_money_placed') }}
),

through_links as (
    select * from {{ ref('int_prepayment_links_placed') }}
),

unioned as (
    select bill_id, segment_no, receipt_id, amount from through_invoices
    union all
    select bill_id, segment_no, receipt_id, amount from through_links
)

-- Money that has its place by the invoice it came through.
select
    bill_id,
    segment_no,
    receipt_id,
    sum(amount) as amount
from unioned
group by bill_id, segment_no, receipt_id
