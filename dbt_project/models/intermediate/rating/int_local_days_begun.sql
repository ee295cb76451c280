-- A time zone's calendar is asked once a day of it, not once an event.
with

totals as (
    select * from {{ ref('stg_usage__totals') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

zones as (
    select time_zone from entities
    where time_zone is not null
    union
    select 'UTC' as time_zone
),

spanned as (
    select
        cast(min(earliest_at) as date) as first_day,
        cast(max(latest_at) as date) as last_day
    from totals
),

numbers as (
    select {{ numbers_up_to(4000) }} as day_no
),

-- Events further back than that ask the calendar themselves.
listed as (
    select {{ add_days('spanned.last_day', '-numbers.day_no') }} as utc_on
    from numbers
    inner join spanned
        on {{ add_days('spanned.last_day', '-numbers.day_no') }} >= spanned.first_day
),

bounded as (
    select
        zones.time_zone,
        listed.utc_on,
        {{ local_date('cast(listed.utc_on as timestamp)', 'zones.time_zone') }} as used_on_before,
        {{ local_date(
            "cast(listed.utc_on as timestamp) + interval '86399.999999' second", 'zones.time_zone'
        ) }} as used_on
    from listed
    cross join zones
)

select
    time_zone,
    utc_on,
    used_on_before,
    used_on,
    {{ local_day_begins('used_on', 'time_zone') }} as begins_at
from bounded
