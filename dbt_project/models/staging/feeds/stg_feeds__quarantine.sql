with

source as (
    select * from {{ source('raw', 'quarantine') }}
),

renamed as (
    select
        file_no,
        row_no as source_row,

        feed,
        object,
        key_text,
        entity_id,

        column_name,
        reason,
        remedy,
        currency,

        cast(amount as {{ money_type() }}) as amount,

        dated_on,
        updated_at,

        source_file
    from source
)

select * from renamed
