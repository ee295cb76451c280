with

usage as (
    select * from {{ ref('int_usage_assigned') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

usage_versions as (
    select
        versions.*,
        products.aggregation,
        products.product_line
    from versions
    inner join products on versions.product_id = products.product_id
    where versions.has_contract and versions.charge_model not in ('fixed', 'milestone', 'commitment')
),

-- Every month a version covers up to the day of the books, used or not.
covered as (
    select
        usage_versions.*,
        months.month as service_month,
        greatest(usage_versions.valid_from, months.first_day) as service_from,
        least(usage_versions.valid_to, months.last_day) as service_to,
        {{ days_covered('months.first_day', 'months.last_day') }} as days_in_month
    from usage_versions
    cross join days
    inner join months
        on months.last_day >= usage_versions.valid_from
        and months.first_day <= coalesce(usage_versions.valid_to, days.as_of)
        and months.first_day <= days.as_of
    where usage_versions.valid_from <= least(usage_versions.valid_to, days.as_of)
),

grouped as (
    select
        usage.contract_line_id,
        usage.effective_on,
        case when versions.aggregate_by = 'account' then usage.account_id end as account_id,
        {{ month_of('usage.used_on') }} as service_month,
        sum(usage.events) as events,
        sum(usage.quantity) as quantity,
        max(usage.largest_quantity) as largest_quantity,
        {{ latest_value('usage.latest_quantity', ['usage.latest_occurred_at', 'usage.latest_event_id']) }}
            filter (where usage.events > 0) as latest_quantity
    from usage
    inner join versions
        on usage.contract_line_id = versions.contract_line_id
        and usage.effective_on = versions.effective_on
    group by all
),

lines as (
    select
        covered.* exclude (account_id),
        grouped.account_id,
        cast(coalesce(grouped.events, 0) as bigint) as events,
        cast(coalesce(grouped.quantity, 0) as decimal(28, 12)) as used_quantity,
        cast(coalesce(case covered.aggregation
            when 'count' then cast(grouped.events as decimal(28, 12))
            when 'max' then grouped.largest_quantity
            when 'latest' then grouped.latest_quantity
            else cast(grouped.quantity as decimal(28, 12))
        end, 0) as decimal(28, 12)) as aggregated_quantity
    from covered
    left join grouped
        on covered.contract_line_id = grouped.contract_line_id
        and covered.effective_on = grouped.effective_on
        and covered.service_month = grouped.service_month
    where covered.aggregate_by <> 'account' or grouped.account_id is not null
),

included as (
    select
        *,
        {{ share_of_quantity('included_quantity', days_covered('service_from', 'service_to'), 'days_in_month') }}
            as included_share
    from lines
),

-- A negative quantity takes nothing of what is included.
billable as (
    select
        *,
        case
            when aggregated_quantity < 0 then aggregated_quantity
            else greatest(aggregated_quantity - included_share, 0)
        end as billable_quantity
    from included
)

select * from billable
