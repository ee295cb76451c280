{{ config(materialized='view') }}
with

events as (
    select
        *,
        cast(occurred_at as date) as utc_on
    from {{ ref('stg_usage__events') }}
),

owners as (
    select
        account_id,
        time_zone
    from {{ ref('int_accounts_owned') }}
),

local_days as (
    select * from {{ ref('int_local_days_begun') }}
),

-- A usage day is a day where the account's customer has its entity; nobody's day is UTC's.
dated as (
    select
        events.*,
        coalesce(owners.time_zone, 'UTC') as time_zone,
        {{ listed_local_date(
            'events.occurred_at', "coalesce(owners.time_zone, 'UTC')", 'local_days'
        ) }} as used_on
    from events
    left join owners on events.account_id = owners.account_id
    left join local_days
        on coalesce(owners.time_zone, 'UTC') = local_days.time_zone
        and events.utc_on = local_days.utc_on
)

select * from dated
