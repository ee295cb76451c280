with

source as (
    select * from {{ source('raw', 'operations__invoice_lines') }}
),

invoices as (
    select * from {{ source('raw', 'operations__invoices') }}
),

invoices_ranked as (
    select
        *,
        {{ version_rank(["invoice_id"]) }} as version_rank
    from invoices
),

-- Lines belong to the invoice version of the same updated_at; a version without any keeps the old
-- ones: the latest version that brought lines, none later than the effective one.
versions_with_lines as (
    select
        source.invoice_id,
        max(source.updated_at) as updated_at
    from source
    inner join invoices
        on source.invoice_id = invoices.invoice_id
        and source.updated_at = invoices.updated_at
    inner join invoices_ranked
        on source.invoice_id = invoices_ranked.invoice_id
        and invoices_ranked.version_rank = 1
        and source.updated_at <= invoices_ranked.updated_at
    group by source.invoice_id
),

-- Lines without updated_at hold for every version.
held as (
    select source.*
    from source
    left join versions_with_lines on source.invoice_id = versions_with_lines.invoice_id
    where
        source.updated_at is null
        or source.updated_at = versions_with_lines.updated_at
),

ranked as (
    select
        *,
        {{ version_rank(["invoice_id", "line_no"]) }} as version_rank
    from held
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        invoice_id,
        line_no,
        bill_id,
        receipt_id,

        product_line,

        amount,

        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
