with

periods as (
    select * from {{ ref('int_fixed_periods_priced') }}
),

agreements as (
    select * from {{ ref('int_agreements_priced') }}
),

usage as (
    select * from {{ ref('int_usage_earned') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

obligations as (
    select * from {{ ref('obligations') }}
),

schedules as (
    select * from {{ ref('schedules') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- A schedule that is off counts by itself: what one has too much another's lack does not hide.
scheduled as (
    select
        obligations.entity_id, obligations.currency, obligations.transaction_price,
        coalesce(sum(schedules.scheduled_amount), 0) as scheduled_amount
    from obligations
    left join schedules on obligations.obligation_id = schedules.obligation_id
    group by
        obligations.obligation_id, obligations.entity_id, obligations.currency,
        obligations.transaction_price
),

-- Every figure once from the facts it comes from and once from the mart that says it.
figures as (
    select
        'allocation_equals_transaction_price' as check_name, lines.entity_id, lines.currency,
        periods.net_amount as expected, 0 as actual
    from periods
    inner join lines on periods.contract_line_id = lines.contract_line_id
    cross join days
    where not lines.is_open_ended or greatest(periods.period_from, lines.starts_on) <= days.as_of
    union all
    select
        'allocation_equals_transaction_price' as check_name, lines.entity_id, lines.currency,
        usage.net_amount as expected, 0 as actual
    from usage
    inner join lines on usage.contract_line_id = lines.contract_line_id
    union all
    select
        'allocation_equals_transaction_price' as check_name, lines.entity_id, lines.currency,
        agreements.net_amount as expected, 0 as actual
    from agreements
    inner join lines on agreements.contract_line_id = lines.contract_line_id
    where not lines.is_open_ended
    union all
    select
        'allocation_equals_transaction_price' as check_name, entity_id, currency, 0 as expected,
        transaction_price as actual
    from obligations
    union all
    select
        'schedules_equal_allocation' as check_name, entity_id, currency,
        transaction_price as expected,
        transaction_price + abs(transaction_price - scheduled_amount) as actual
    from scheduled
),

measured as (
    select
        figures.check_name, figures.entity_id, entities.as_of_month as month, figures.currency,
        cast(sum(figures.expected) as {{ money_type() }}) as expected,
        cast(sum(figures.actual) as {{ money_type() }}) as actual
    from figures
    inner join entities on figures.entity_id = entities.entity_id
    group by figures.check_name, figures.entity_id, entities.as_of_month, figures.currency
)

select {{ reconciliation_columns() }} from measured
