with

source as (
    select * from {{ source('raw', 'files') }}
),

renamed as (
    select
        file_no,

        path as source_file,
        sha256,
        feed,
        object,
        format,
        status,
        reason,

        size_bytes,
        rows_read,
        rows_accepted,
        rows_quarantined,

        landed_at,

        unknown_columns
    from source
)

select * from renamed
