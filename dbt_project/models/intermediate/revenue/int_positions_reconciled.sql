with

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

positions as (
    select * from {{ ref('contract_positions') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }}
),

transactions as (
    select * from {{ ref('recognition_transactions') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- Every figure once from the facts it comes from and once from the mart that says it.
figures as (
    select
        'positions_equal_billed_less_recognised' as check_name, bills.entity_id, bills.currency,
        bills.net_amount as expected, 0 as actual
    from bills
    inner join entities on bills.entity_id = entities.entity_id
    where
        bills.status = 'confirmed'
        and not bills.is_opening
        and {{ posting_month('bills.billing_month', 'entities.first_open_month') }}
        <= entities.as_of_month
    union all
    select
        'positions_equal_billed_less_recognised' as check_name, openings.entity_id,
        openings.currency, openings.amount as expected, 0 as actual
    from openings
    inner join lines on openings.contract_line_id = lines.contract_line_id
    inner join entities on openings.entity_id = entities.entity_id
    where openings.kind = 'deferred_revenue' and openings.posting_month <= entities.as_of_month
    union all
    select
        'positions_equal_billed_less_recognised' as check_name, entity_id, currency,
        -amount as expected, 0 as actual
    from transactions
    union all
    select
        'positions_equal_billed_less_recognised' as check_name, positions.entity_id,
        positions.currency, 0 as expected,
        positions.contract_liability - positions.contract_asset as actual
    from positions
    inner join entities
        on positions.entity_id = entities.entity_id
            and positions.month = entities.as_of_month
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
