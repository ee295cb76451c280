with

totals as (
    select * from {{ ref('stg_usage__totals') }}
),

repeated as (
    select * from {{ ref('int_usage_events_repeated') }}
),

proofs as (
    select 1 as file_no_from from {{ ref('stg_run__days') }}
    where proves_every_event
),

rows_counted as (
    select coalesce(sum(rows_held), 0) as rows_held from totals
),

superseded_counted as (
    select count(*) as rows_superseded from repeated
    where not is_effective
),

-- The build that a close is proved by asks the feed itself; on other nights nothing is read here.
ids_counted as (
    select count(distinct events.event_id) as event_ids
    from {{ ref('stg_usage__events') }} as events
    inner join proofs on events.file_no >= proofs.file_no_from
)

select
    case
        when (select count(*) from proofs) > 0 then ids_counted.event_ids
        else rows_counted.rows_held - superseded_counted.rows_superseded
    end as expected_events
from rows_counted
cross join superseded_counted
cross join ids_counted
