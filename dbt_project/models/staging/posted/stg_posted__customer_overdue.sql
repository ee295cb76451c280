with

source as (
    select * from {{ source('posted', 'customer_overdue') }}
)

select * from source
