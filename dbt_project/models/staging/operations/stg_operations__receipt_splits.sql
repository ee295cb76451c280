with

source as (
    select * from {{ source('raw', 'operations__receipt_splits') }}
),

ranked as (
    select
        *,
        {{ version_rank(["split_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        split_id,
        receipt_id,
        bill_id,
        invoice_id,

        target,
        product_line,

        amount,

        split_on,
        reversed_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
