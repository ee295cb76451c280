with

source as (
    select * from {{ source('raw', 'files') }}
),

renamed as (
    select
        file_no,
        path as source_file
    from source
    where feed = 'usage'
)

select * from renamed
