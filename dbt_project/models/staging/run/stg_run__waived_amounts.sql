with

waived_amounts as (
    select * from {{ source('control', 'waived_amounts') }}
),

renamed as (
    select
        waiver_id,
        exception_id,

        currency,

        amount,

        waived_on
    from waived_amounts
)

select * from renamed
