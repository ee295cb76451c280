with

posted as (
    select * from {{ source('posted', 'waived_exceptions') }}
),

renamed as (
    select
        entity_id,
        exception_id,
        waiver_id,

        month,
        currency,

        amount,

        waived_on,

        close_no
    from posted
)

select * from renamed
