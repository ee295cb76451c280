with

events as (
    select * from {{ ref('int_usage_events_effective') }}
),

rolled_up as (
    select * from {{ ref('int_usage_rolled_up') }}
),

assigned as (
    select * from {{ ref('int_usage_assigned') }}
),

rated as (
    select * from {{ ref('int_usage_rated') }}
),

unrated as (
    select * from {{ ref('unrated_usage') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- Usage whose day is after the day of the books is not seen, neither rated nor unrated; any other
-- that is missing is lost.
unseen as (
    select rolled_up.*
    from rolled_up
    left join assigned
        on rolled_up.account_id = assigned.account_id
        and rolled_up.product_id = assigned.product_id
        and rolled_up.used_on = assigned.used_on
        and rolled_up.utc_on = assigned.utc_on
    cross join days
    where assigned.account_id is null
        and greatest(rolled_up.used_on, rolled_up.utc_on) > days.as_of
),

signed as (
    select
        product_id,
        count(*) filter (where quantity = 0) as uncounted_events,
        sum(quantity) as expected_quantity,
        0 as actual_events,
        0 as actual_quantity
    from events
    group by product_id
    union all
    select
        product_id,
        sum(events) as uncounted_events,
        -sum(quantity) as expected_quantity,
        0 as actual_events,
        0 as actual_quantity
    from unseen
    group by product_id
    union all
    select
        product_id,
        0 as uncounted_events,
        0 as expected_quantity,
        sum(events) as actual_events,
        sum(used_quantity) as actual_quantity
    from rated
    group by product_id
    union all
    select
        product_id,
        0 as uncounted_events,
        0 as expected_quantity,
        sum(events) as actual_events,
        sum(quantity) as actual_quantity
    from unrated
    group by product_id
),

counted as (
    select
        product_id,
        sum(uncounted_events) as uncounted_events,
        sum(actual_events) as actual_events,
        cast(sum(expected_quantity) as decimal(38, 12)) as expected_quantity,
        cast(sum(actual_quantity) as decimal(38, 12)) as actual_quantity
    from signed
    group by product_id
)

select * from counted
