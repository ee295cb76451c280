with

totals as (
    select * from {{ ref('stg_usage__totals') }}
),

repeated as (
    select * from {{ ref('int_usage_events_repeated') }}
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

-- What came, as it was counted when it was taken in, less what does not stand, against what is
-- rated or not. Usage of a day after the day of the books is not seen; any other missing is lost.
signed as (
    select
        product_id,
        rows_held - events as uncounted_events,
        quantity as expected_quantity,
        0 as actual_events,
        0 as actual_quantity
    from totals
    union all
    select
        product_id,
        case when quantity = 0 then -1 else 0 end as uncounted_events,
        -quantity as expected_quantity,
        0 as actual_events,
        0 as actual_quantity
    from repeated
    where not is_effective
    union all
    select
        assigned.product_id,
        assigned.events as uncounted_events,
        -assigned.quantity as expected_quantity,
        0 as actual_events,
        0 as actual_quantity
    from assigned
    inner join days on assigned.earliest_on > days.as_of
    where not assigned.is_seen
    union all
    select
        product_id,
        0 as uncounted_events,
        0 as expected_quantity,
        events as actual_events,
        used_quantity as actual_quantity
    from rated
    union all
    select
        product_id,
        0 as uncounted_events,
        0 as expected_quantity,
        events as actual_events,
        quantity as actual_quantity
    from unrated
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
