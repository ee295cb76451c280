with

source as (
    select * from {{ source('posted', 'receipt_applications') }}
)

select * from source
