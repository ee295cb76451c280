with

source as (
    select * from {{ source('raw', 'accepted_keys') }}
),

renamed as (
    select
        file_no,
        row_no as source_row,

        feed,
        object,
        key_text,

        updated_at
    from source
)

select * from renamed
