with

source as (
    select * from {{ source('raw', 'operations__invoice_lines') }}
),

invoices as (
    select * from {{ source('raw', 'operations__invoices') }}
),

known as (
    select invoice_id from invoices group by invoice_id
),

-- The last version of each invoice that brought lines: lines of older ones are history.
latest_with_lines as (
    select
        source.invoice_id,
        max(source.updated_at) as updated_at
    from source
    inner join invoices
        on source.invoice_id = invoices.invoice_id and source.updated_at = invoices.updated_at
    group by source.invoice_id
),

unheld as (
    select
        source.invoice_id,
        source.line_no,
        known.invoice_id is not null as is_invoice_known,
        source.source_file,
        source.row_no as source_row,
        row_number() over (
            partition by source.invoice_id, source.line_no
            order by source.updated_at desc nulls last, source.file_no desc, source.row_no desc
        ) as version_rank
    from source
    left join known on source.invoice_id = known.invoice_id
    left join latest_with_lines on source.invoice_id = latest_with_lines.invoice_id
    where
        not coalesce(source.is_deleted, false)
        and (
            known.invoice_id is null
            or (
                source.updated_at is not null
                and source.updated_at > coalesce(latest_with_lines.updated_at, '0001-01-01')
            )
        )
)

select
    invoice_id,
    line_no,
    is_invoice_known,
    source_file,
    source_row
from unheld
where version_rank = 1
