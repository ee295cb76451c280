{{ config(materialized='view') }}
with

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

taken as (
    select
        lines.contract_line_id,
        lines.effective_on,
        case when versions.aggregate_by = 'account' then unsummed.account_id end as account_id,
        {{ month_of('unsummed.used_on') }} as service_month,
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
    inner join versions
        on lines.contract_line_id = versions.contract_line_id
        and lines.effective_on = versions.effective_on
),

found as (
    select
        contract_line_id,
        effective_on,
        account_id,
        service_month,
        max(largest_quantity) as largest_quantity,
        {{ latest_value('latest_quantity', ['latest_occurred_at', 'latest_event_id']) }}
            filter (where latest_quantity is not null) as latest_quantity,
        count(distinct counted_value) as unique_values
    from taken
    group by contract_line_id, effective_on, account_id, service_month
)

select * from found
