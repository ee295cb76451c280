with

source as (
    select * from {{ source('posted', 'finance_aging') }}
)

select * from source
