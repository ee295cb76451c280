with

feed_checks as (
    select * from {{ source('control', 'feed_checks') }}
),

renamed as (
    select
        check_name,
        entity_id,

        cast(expected as {{ money_type() }}) as expected,
        cast(actual as {{ money_type() }}) as actual,

        passed
    from feed_checks
)

select * from renamed
