with

entities as (
    select * from {{ ref('legal_entities') }}
),

periods as (
    select * from {{ ref('stg_posted__periods') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

latest_closed as (
    select
        entity_id,
        max(month) as latest_closed_month
    from periods
    where is_closed
    group by entity_id
),

opened as (
    select
        entities.entity_id,
        entities.functional_currency,
        entities.time_zone,
        entities.books_start_on,
        latest_closed.latest_closed_month,
        -- Before any close the books open with their first month; without one, with the first fact.
        coalesce(
            {{ month_of(add_months(month_start('latest_closed.latest_closed_month'), 1)) }},
            {{ month_of('entities.books_start_on') }},
            '0001-01'
        ) as first_open_month,
        days.as_of_month
    from entities
    left join latest_closed on entities.entity_id = latest_closed.entity_id
    cross join days
)

select * from opened
