with

source as (
    select * from {{ source('posted', 'commitment_balances') }}
),

renamed as (
    select
        contract_id,
        customer_id,
        entity_id,

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
