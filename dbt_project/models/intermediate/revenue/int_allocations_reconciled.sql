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

charges as (
    select * from {{ ref('int_charges_expected') }}
),

obligations as (
    select * from {{ ref('obligations') }}
),

scheduled as (
    select * from {{ ref('int_schedules_compared') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
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
    where not lines.is_open_ended and agreements.is_begun
    union all
    -- Goodwill lowers what a line bills; of usage it is among what is earned.
    select
        'allocation_equals_transaction_price' as check_name, charges.entity_id, charges.currency,
        charges.net_amount as expected, 0 as actual
    from charges
    inner join lines on charges.contract_line_id = lines.contract_line_id
    cross join days
    where charges.line_kind = 'credit' and (
        lines.charge_model = 'fixed'
        and (not lines.is_open_ended or charges.service_from <= days.as_of)
        or lines.charge_model in ('milestone', 'commitment') and not lines.is_open_ended
    )
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
