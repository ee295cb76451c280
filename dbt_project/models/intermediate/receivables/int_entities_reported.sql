with

entities as (
    select * from {{ ref('int_entities_opened') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
)

-- Entities whose figures of the run's day are computed: not those that have closed the month that
-- ends on it, whose posted rows are the ones.
select
    entities.entity_id,
    entities.functional_currency,
    entities.as_of_month,
    run_days.as_of
from entities
cross join run_days
where not (
        entities.latest_closed_month is not null
        and entities.latest_closed_month >= entities.as_of_month
        and run_days.as_of = {{ month_end('entities.as_of_month') }}
    )
