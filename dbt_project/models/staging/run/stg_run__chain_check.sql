with

chain_check as (
    select * from {{ source('control', 'chain_check') }}
),

renamed as (
    select
        entity_id,

        month,
        table_name,
        expected_hash,
        actual_hash,

        coalesce(expected_hash = actual_hash, false) as is_unchanged
    from chain_check
)

select * from renamed
