{{ config(
    materialized='accumulated',
    again_by='account_id',
    again="select received.account_id from this__ as received"
        ~ " left join intermediate.int_accounts_owned as owners"
        ~ " on received.account_id = owners.account_id"
        ~ " where received.time_zone <> coalesce(owners.time_zone, 'UTC')"
        ~ " group by received.account_id"
) }}
with

events as (
    select * from {{ ref('int_usage_events_dated') }}
    where {{ rows_newly_taken() }}
),

owners as (
    select * from {{ ref('int_accounts_owned') }}
),

local_days as (
    select * from {{ ref('int_local_days_begun') }}
),

-- Every aggregate and key costs a hundred million times: zone and days are joined to the sums.
summed as (
    select
        account_id,
        product_id,
        used_on,
        count(*) as rows_held,
        count(*) filter (where quantity <> 0) as events,
        {{ quantity_within('sum(quantity)') }} as quantity,
        count(*) filter (where utc_on <> used_on) as other_rows,
        count(*) filter (where quantity <> 0 and utc_on <> used_on) as other_events,
        {{ quantity_within('coalesce(sum(quantity) filter (where utc_on <> used_on), 0)') }}
            as other_quantity
    from events
    group by account_id, product_id, used_on
),

-- A local day lies in two UTC days at most; unrated usage is dated by these.
other_days as (
    select
        time_zone,
        day_on,
        max(utc_on) as other_utc_on
    from (
        select time_zone, used_on as day_on, utc_on from local_days
        union all
        select time_zone, used_on_before as day_on, utc_on from local_days
    ) as told
    where utc_on <> day_on
    group by time_zone, day_on
),

zoned as (
    select
        summed.*,
        coalesce(owners.time_zone, 'UTC') as time_zone
    from summed
    left join owners on summed.account_id = owners.account_id
)

select
    zoned.account_id,
    zoned.product_id,
    zoned.used_on,
    zoned.time_zone,
    zoned.rows_held,
    zoned.events,
    zoned.quantity,
    case when zoned.other_rows > 0
        then coalesce(
                other_days.other_utc_on,
                {{ neighbouring_utc_day('zoned.used_on', 'zoned.time_zone') }}
            )
    end as other_utc_on,
    zoned.other_events,
    zoned.other_quantity
from zoned
left join other_days
    on zoned.time_zone = other_days.time_zone and zoned.used_on = other_days.day_on
