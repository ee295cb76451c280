with

posted as (
    select * from {{ source('posted', 'reconciliations') }}
),

renamed as (
    select
        check_name,
        entity_id,

        month,
        currency,

        expected,
        actual,

        close_no
    from posted
)

select * from renamed
