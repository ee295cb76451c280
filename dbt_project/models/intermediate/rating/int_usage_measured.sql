{{ config(materialized='view') }}
with

usage as (
    select * from {{ ref('int_usage_assigned') }}
    where reason is null and is_seen
),

covered as (
    select * from {{ ref('int_usage_months_covered') }}
),

found as (
    select * from {{ ref('int_usage_values_found') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

-- Per-account lines exist only where there is usage, any other line for every month it covers.
usage_by_line as (
    select
        usage.contract_line_id,
        usage.effective_on,
        case when versions.aggregate_by = 'account' then usage.account_id end as account_id,
        usage.service_month,
        usage.events,
        usage.quantity
    from usage
    inner join versions
        on usage.contract_line_id = versions.contract_line_id
        and usage.effective_on = versions.effective_on
    union all
    select
        contract_line_id,
        effective_on,
        null as account_id,
        service_month,
        0 as events,
        0 as quantity
    from covered
    where aggregate_by <> 'account'
),

summed as (
    select
        contract_line_id,
        effective_on,
        account_id,
        service_month,
        cast(sum(events) as bigint) as events,
        {{ quantity_within('sum(quantity)') }} as used_quantity
    from usage_by_line
    group by contract_line_id, effective_on, account_id, service_month
),

measured as (
    select
        summed.*,
        versions.product_id,
        cast(coalesce(case products.aggregation
            when 'count' then cast(summed.events as decimal(28, 12))
            when 'max' then found.largest_quantity
            when 'latest' then found.latest_quantity
            when 'unique_count' then cast(found.unique_values as decimal(28, 12))
            else summed.used_quantity
        end, 0) as decimal(28, 12)) as aggregated_quantity,
        versions.accumulate_over,
        versions.included_quantity,
        greatest(versions.valid_from, {{ month_start('summed.service_month') }}) as service_from,
        least(versions.valid_to, {{ month_end('summed.service_month') }}) as service_to
    from summed
    inner join versions
        on summed.contract_line_id = versions.contract_line_id
        and summed.effective_on = versions.effective_on
    inner join products on versions.product_id = products.product_id
    left join found
        on summed.contract_line_id = found.contract_line_id
        and summed.effective_on = found.effective_on
        and summed.account_id is not distinct from found.account_id
        and summed.service_month = found.service_month
)

select * from measured
