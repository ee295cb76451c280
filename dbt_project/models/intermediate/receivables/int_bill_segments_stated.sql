with

filled as (
    select * from {{ ref('int_segments_filled') }}
),

segments as (
    select * from {{ ref('int_bill_segments_stacked') }}
),

credit_notes as (
    select * from {{ ref('int_bills_receivable') }}
    where gross_amount < 0
),

-- A credit note whose use has not come stands unreceived, negative.
unioned as (
    select
        filled.bill_id,
        segments.invoice_id,
        filled.receipt_id,
        filled.grant_id,
        filled.amount
    from filled
    inner join segments
        on filled.bill_id = segments.bill_id and filled.segment_no = segments.segment_no
    union all
    select
        bill_id,
        cast(null as varchar) as invoice_id,
        cast(null as varchar) as receipt_id,
        cast(null as varchar) as grant_id,
        gross_amount as amount
    from credit_notes
)

select
    bill_id,
    invoice_id,
    receipt_id,
    grant_id,
    sum(amount) as amount,
    case
        when grant_id is not null then 'billed_written_off'
        when invoice_id is not null and receipt_id is not null then 'billed_invoiced_received'
        when invoice_id is not null then 'billed_invoiced_unreceived'
        when receipt_id is not null then 'billed_uninvoiced_received'
        else 'billed_uninvoiced_unreceived'
    end as state
from unioned
group by bill_id, invoice_id, receipt_id, grant_id
