with

lines as (
    select * from {{ ref('bill_lines') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

charges as (
    select * from {{ ref('int_charges_expected') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- Each side is summed by itself, so that the few sums are put beside each other and not every line.
figures as (
    select
        'bill_lines_equal_bills' as check_name,
        entity_id,
        currency,
        sum(gross_amount) as expected,
        0 as actual
    from lines
    group by entity_id, currency
    union all
    select
        'bill_lines_equal_bills' as check_name,
        entity_id,
        currency,
        0 as expected,
        sum(gross_amount) as actual
    from bills
    group by entity_id, currency
    union all
    -- Everything charged as known now is on a bill, posted or adjusted, once.
    select
        'bill_lines_equal_charges' as check_name,
        charges.entity_id,
        charges.currency,
        sum(charges.gross_amount) as expected,
        0 as actual
    from charges
    inner join entities on charges.entity_id = entities.entity_id
    where entities.first_open_month <= entities.as_of_month
    group by charges.entity_id, charges.currency
    union all
    select
        'bill_lines_equal_charges' as check_name,
        lines.entity_id,
        lines.currency,
        0 as expected,
        sum(lines.gross_amount) as actual
    from lines
    inner join entities on lines.entity_id = entities.entity_id
    where
        coalesce(lines.adjusts_line_kind, lines.line_kind) <> 'opening'
        and entities.first_open_month <= entities.as_of_month
    group by lines.entity_id, lines.currency
    union all
    select
        'bill_lines_equal_bills' as check_name,
        entity_id,
        functional_currency as currency,
        0 as expected,
        0 as actual
    from entities
),

reconciled as (
    select
        figures.check_name,
        figures.entity_id,
        entities.as_of_month as month,
        figures.currency,
        cast(sum(figures.expected) as {{ money_type() }}) as expected,
        cast(sum(figures.actual) as {{ money_type() }}) as actual
    from figures
    inner join entities on figures.entity_id = entities.entity_id
    group by figures.check_name, figures.entity_id, entities.as_of_month, figures.currency
)

select * from reconciled
