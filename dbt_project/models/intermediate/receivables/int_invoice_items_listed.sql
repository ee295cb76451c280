with

invoices as (
    select * from {{ ref('int_invoices_drawn') }}
),

invoice_lines as (
    select * from {{ ref('stg_operations__invoice_lines') }}
),

invoice_links as (
    select * from {{ ref('stg_operations__invoice_links') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

lines_of_feeds as (
    select
        invoice_lines.invoice_id,
        'line' as item_kind,
        invoice_lines.invoice_id as item_id,
        invoice_lines.line_no,
        invoices.issued_on as item_on,
        invoice_lines.bill_id,
        invoice_lines.receipt_id,
        coalesce(invoice_lines.product_line, invoices.product_line) as product_line,
        cast(invoice_lines.amount as {{ money_type() }}) as amount,
        invoice_lines.source_file,
        invoice_lines.source_row
    from invoice_lines
    inner join invoices on invoice_lines.invoice_id = invoices.invoice_id
),

lines_of_openings as (
    select
        opening_id as invoice_id,
        'line' as item_kind,
        opening_id as item_id,
        1 as line_no,
        document_date as item_on,
        cast(null as varchar) as bill_id,
        cast(null as varchar) as receipt_id,
        product_line,
        amount,
        source_file,
        source_row
    from openings
    where kind = 'invoice'
),

links as (
    select
        invoice_links.invoice_id,
        'link' as item_kind,
        invoice_links.link_id as item_id,
        0 as line_no,
        invoice_links.linked_on as item_on,
        invoice_links.bill_id,
        cast(null as varchar) as receipt_id,
        cast(null as varchar) as product_line,
        cast(invoice_links.amount as {{ money_type() }}) as amount,
        invoice_links.source_file,
        invoice_links.source_row
    from invoice_links
    cross join run_days
    where invoice_links.linked_on <= run_days.as_of
),

listed as (
    select * from lines_of_feeds
    union all
    select * from lines_of_openings
    union all
    select * from links
)

select * from listed
