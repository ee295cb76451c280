with

usage as (
    select * from {{ ref('int_usage_assigned') }}
    where reason is null and is_seen
),

unsummed as (
    select * from {{ ref('int_usage_days_unsummed') }}
),

lines as (
    select * from {{ ref('int_usage_lines_scheduled') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- Quantities are summed; the largest, the latest and the number of values are found.
measures as (
    select
        contract_line_id,
        effective_on,
        account_id,
        service_month,
        events,
        quantity,
        null as largest_quantity,
        null as latest_quantity,
        null as latest_occurred_at,
        null as latest_event_id,
        null as counted_value
    from usage
    union all
    select
        lines.contract_line_id,
        lines.effective_on,
        unsummed.account_id,
        {{ month_of('unsummed.used_on') }} as service_month,
        0 as events,
        0 as quantity,
        unsummed.largest_quantity,
        unsummed.latest_quantity,
        unsummed.latest_occurred_at,
        unsummed.latest_event_id,
        unsummed.counted_value
    from unsummed
    inner join lines
        on unsummed.account_id = lines.account_id
        and unsummed.product_id = lines.product_id
        and unsummed.used_on >= lines.from_on
        and unsummed.used_on <= lines.through_on
    inner join days on unsummed.used_on <= days.as_of
),

grouped as (
    select
        measures.contract_line_id,
        measures.effective_on,
        case when versions.aggregate_by = 'account' then measures.account_id end as account_id,
        measures.service_month,
        cast(sum(measures.events) as bigint) as events,
        {{ quantity_within('sum(measures.quantity)') }} as quantity,
        max(measures.largest_quantity) as largest_quantity,
        {{ latest_value(
            'measures.latest_quantity', ['measures.latest_occurred_at', 'measures.latest_event_id']
        ) }} filter (where measures.latest_quantity is not null) as latest_quantity,
        count(distinct measures.counted_value) as unique_values
    from measures
    inner join versions
        on measures.contract_line_id = versions.contract_line_id
        and measures.effective_on = versions.effective_on
    group by
        measures.contract_line_id,
        measures.effective_on,
        case when versions.aggregate_by = 'account' then measures.account_id end,
        measures.service_month
)

select * from grouped
