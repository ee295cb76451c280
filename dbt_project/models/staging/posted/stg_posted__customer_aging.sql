with

source as (
    select * from {{ source('posted', 'customer_aging') }}
)

select * from source
