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
)

-- The zone is a key and not a value: texts that an aggregate holds cannot be spilled.
-- A local day lies in two UTC days at most; unrated usage is dated by these.
select
    account_id,
    product_id,
    used_on,
    time_zone,
    max(file_no) as newest_file_no,
    count(*) as rows_held,
    count(*) filter (where quantity <> 0) as events,
    {{ quantity_within('sum(quantity)') }} as quantity,
    max(utc_on) filter (where utc_on <> used_on) as other_utc_on,
    count(*) filter (where quantity <> 0 and utc_on <> used_on) as other_events,
    {{ quantity_within('coalesce(sum(quantity) filter (where utc_on <> used_on), 0)') }}
        as other_quantity
from events
group by account_id, product_id, used_on, time_zone
