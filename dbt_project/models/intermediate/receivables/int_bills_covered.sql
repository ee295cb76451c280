with

items as (
    select * from {{ ref('int_invoice_items_accepted') }}
),

applications as (
    select * from {{ ref('int_applications_known') }}
),

-- Covered by invoice lines from the invoice's date, by links from theirs.
by_invoices as (
    select
        bill_id,
        'invoice' as covered_by,
        item_on as covered_on,
        {{ month_of('item_on') }} as posting_month,
        sum(amount) as amount,
        item_id as document_id
    from items
    where bill_id is not null
    group by bill_id, item_on, item_id
),

-- Covered by applications from their date, of an opening from the month it is brought in;
-- adjustments cover nothing.
by_receipts as (
    select
        bill_id,
        'receipt' as covered_by,
        greatest(applied_on, {{ month_start('economic_month') }}) as covered_on,
        posting_month,
        amount,
        application_id as document_id
    from applications
    where bill_id is not null
),

covered as (
    select * from by_invoices
    union all
    select * from by_receipts
)

select
    bill_id,
    covered_by,
    covered_on,
    posting_month,
    cast(amount as {{ money_type() }}) as amount,
    document_id
from covered
