with

source as (
    select * from {{ source('posted', 'credit_balances') }}
),

renamed as (
    select
        grant_id,
        customer_id,
        entity_id,

        kind,
        month,
        currency,

        opening,
        granted,
        drawn,
        expired,
        closing,

        close_no
    from source
)

select * from renamed
