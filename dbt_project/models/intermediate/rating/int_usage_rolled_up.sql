{{ config(materialized='view') }}
with

received as (
    select * from {{ ref('int_usage_received_rolled_up') }}
),

repeated as (
    select * from {{ ref('int_usage_events_repeated') }}
),

owners as (
    select * from {{ ref('int_accounts_owned') }}
),

local_days as (
    select * from {{ ref('int_local_days_begun') }}
),

superseded as (
    select
        repeated.account_id,
        repeated.product_id,
        {{ listed_local_date(
            'repeated.occurred_at', "coalesce(owners.time_zone, 'UTC')", 'local_days'
        ) }} as used_on,
        cast(repeated.occurred_at as date) as utc_on,
        case when repeated.quantity <> 0 then 1 else 0 end as events,
        repeated.quantity
    from repeated
    left join owners on repeated.account_id = owners.account_id
    left join local_days
        on coalesce(owners.time_zone, 'UTC') = local_days.time_zone
        and cast(repeated.occurred_at as date) = local_days.utc_on
    where not repeated.is_effective
),

-- All that was received, less the rows that do not count.
signed as (
    select
        account_id,
        product_id,
        used_on,
        rows_held,
        events,
        quantity,
        other_utc_on,
        other_events,
        other_quantity
    from received
    union all
    select
        account_id,
        product_id,
        used_on,
        -1 as rows_held,
        -events as events,
        -quantity as quantity,
        case when utc_on <> used_on then utc_on end as other_utc_on,
        case when utc_on <> used_on then -events else 0 end as other_events,
        case when utc_on <> used_on then -quantity else 0 end as other_quantity
    from superseded
)

select * from signed
