with

source as (
    select * from {{ source('raw', 'operations__receipt_customers') }}
),

renamed as (
    select
        receipt_id,
        customer_id,

        coalesce(is_deleted, false) as is_deleted,

        decided_at,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from source
)

select * from renamed
