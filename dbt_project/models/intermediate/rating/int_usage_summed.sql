{{ config(materialized='view') }}
with

usage as (
    select * from {{ ref('int_usage_rolled_up') }}
),

lines as (
    select * from {{ ref('int_usage_lines_scheduled') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- Rated usage is seen by its local day; the days of a month are one but for the day of the books.
taken as (
    select
        usage.*,
        lines.contract_line_id,
        lines.effective_on,
        lines.contract_line_id is null or usage.used_on <= days.as_of as is_day_seen,
        case when lines.contract_line_id is null then usage.other_utc_on end as unrated_other_on,
        case when lines.contract_line_id is null
            then usage.used_on
            else {{ month_first_day('usage.used_on') }}
        end as counted_on
    from usage
    cross join days
    left join lines
        on usage.account_id = lines.account_id
        and usage.product_id = lines.product_id
        and usage.used_on >= lines.from_on
        and usage.used_on <= lines.through_on
),

summed as (
    select
        account_id,
        product_id,
        contract_line_id,
        effective_on,
        counted_on,
        unrated_other_on,
        is_day_seen,
        min(used_on) as earliest_on,
        sum(rows_held) as rows_held,
        sum(events) as events,
        sum(quantity) as quantity,
        coalesce(sum(other_events) filter (where contract_line_id is null), 0) as other_events,
        coalesce(sum(other_quantity) filter (where contract_line_id is null), 0) as other_quantity
    from taken
    group by
        account_id,
        product_id,
        contract_line_id,
        effective_on,
        counted_on,
        unrated_other_on,
        is_day_seen
)

select * from summed
