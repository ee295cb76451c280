with

source as (
    select * from {{ source('raw', 'operations__invoice_lines') }}
),

ranked as (
    select
        *,
        {{ version_rank(["invoice_id", "line_no"]) }} as version_rank
    from source
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
