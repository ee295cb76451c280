{{ config(materialized='view') }}
with

covered as (
    select * from {{ ref('int_usage_months_covered') }}
),

grouped as (
    select * from {{ ref('int_usage_grouped') }}
),

-- Per-account lines exist only where there is usage.
lines as (
    select
        covered.*,
        grouped.account_id,
        coalesce(grouped.events, 0) as events,
        coalesce(grouped.quantity, 0) as used_quantity,
        cast(coalesce(case covered.aggregation
            when 'count' then cast(grouped.events as decimal(28, 12))
            when 'max' then grouped.largest_quantity
            when 'latest' then grouped.latest_quantity
            when 'unique_count' then cast(grouped.unique_values as decimal(28, 12))
            else grouped.quantity
        end, 0) as decimal(28, 12)) as aggregated_quantity
    from covered
    left join grouped
        on covered.contract_line_id = grouped.contract_line_id
        and covered.effective_on = grouped.effective_on
        and covered.service_month = grouped.service_month
    where covered.aggregate_by <> 'account' or grouped.account_id is not null
)

select * from lines
