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

credit_uses as (
    select
        grant_id,
        sum(amount) as amount
    from {{ ref('int_credits_netted') }}
    where is_credit_note
    group by grant_id
),

-- What is used of a credit note stands under its own id, the rest unreceived; both negative.
unioned as (
    select
        filled.bill_id, segments.invoice_id, filled.receipt_id, filled.grant_id,
        filled.is_written_off, filled.amount
    from filled
    inner join segments
        on filled.bill_id = segments.bill_id and filled.segment_no = segments.segment_no
    union all
    select
        bill_id, cast(null as varchar) as invoice_id, cast(null as varchar) as receipt_id,
        cast(null as varchar) as grant_id, false as is_written_off,
        gross_amount + coalesce(credit_uses.amount, 0) as amount
    from credit_notes
    left join credit_uses on credit_notes.bill_id = credit_uses.grant_id
    where gross_amount + coalesce(credit_uses.amount, 0) <> 0
    union all
    select
        grant_id as bill_id, cast(null as varchar) as invoice_id,
        cast(null as varchar) as receipt_id, grant_id, false as is_written_off, -amount
    from credit_uses
)

select
    bill_id,
    invoice_id,
    receipt_id,
    grant_id,
    is_written_off,
    sum(amount) as amount,
    case
        when is_written_off then 'billed_written_off'
        when invoice_id is not null and coalesce(receipt_id, grant_id) is not null
            then 'billed_invoiced_received'
        when invoice_id is not null then 'billed_invoiced_unreceived'
        when coalesce(receipt_id, grant_id) is not null then 'billed_uninvoiced_received'
        else 'billed_uninvoiced_unreceived'
    end as state
from unioned
group by bill_id, invoice_id, receipt_id, grant_id, is_written_off
