with

source as (
    select * from {{ source('posted', 'customer_account_balances') }}
)

select * from source
