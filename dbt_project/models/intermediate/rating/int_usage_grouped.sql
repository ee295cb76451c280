with

usage as (
    select * from {{ ref('int_usage_assigned') }}
),

dimensions as (
    select * from {{ ref('int_usage_dimensions_rolled_up') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

pooled as (
    select
        usage.*,
        case when versions.aggregate_by = 'account' then usage.account_id end as rated_account_id,
        {{ month_of('usage.used_on') }} as service_month
    from usage
    inner join versions
        on usage.contract_line_id = versions.contract_line_id
        and usage.effective_on = versions.effective_on
),

grouped as (
    select
        contract_line_id,
        effective_on,
        rated_account_id,
        service_month,
        cast(sum(events) as bigint) as events,
        {{ quantity_within('sum(quantity)') }} as quantity,
        max(largest_quantity) as largest_quantity,
        {{ latest_value('latest_quantity', ['latest_occurred_at', 'latest_event_id']) }}
            filter (where events > 0) as latest_quantity
    from pooled
    group by contract_line_id, effective_on, rated_account_id, service_month
),

distinct_values as (
    select
        pooled.contract_line_id,
        pooled.effective_on,
        pooled.rated_account_id,
        pooled.service_month,
        count(distinct dimensions.dimension) as unique_values
    from pooled
    inner join dimensions
        on pooled.account_id = dimensions.account_id
        and pooled.product_id = dimensions.product_id
        and pooled.used_on = dimensions.used_on
        and pooled.utc_on = dimensions.utc_on
    group by
        pooled.contract_line_id, pooled.effective_on, pooled.rated_account_id, pooled.service_month
),

joined as (
    select
        grouped.contract_line_id,
        grouped.effective_on,
        grouped.rated_account_id as account_id,
        grouped.service_month,
        grouped.events,
        grouped.quantity,
        grouped.largest_quantity,
        grouped.latest_quantity,
        coalesce(distinct_values.unique_values, 0) as unique_values
    from grouped
    left join distinct_values
        on grouped.contract_line_id = distinct_values.contract_line_id
        and grouped.effective_on = distinct_values.effective_on
        and grouped.rated_account_id is not distinct from distinct_values.rated_account_id
        and grouped.service_month = distinct_values.service_month
)

select * from joined
