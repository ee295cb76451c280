with

source as (
    select * from {{ source('raw', 'operations__invoice_links') }}
),

ranked as (
    select
        *,
        {{ version_rank(["link_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        link_id,
        invoice_id,
        bill_id,

        amount,

        linked_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
