with

periods as (
    select * from {{ ref('int_fixed_versions_valued') }}
),

-- What the first version would bill over its term at the product's own price, undiscounted.
shared as (
    select
        contract_line_id,
        minor_units,
        prices_include_tax,
        tax_rate,
        period_to,
        {{ share_as_unrounded(
            part_of_total(
                'standalone_amount',
                days_covered('covered_from', 'least(period_to, term_ends_on)')
            ),
            days_covered('period_from', 'period_to')
        ) }} as standalone_amount
    from periods
    where version_no = 1 and standalone_amount is not null and term_ends_on is not null
),

summed as (
    select
        contract_line_id,
        minor_units,
        prices_include_tax,
        {{ latest_value('tax_rate', ['period_to']) }} as tax_rate,
        sum(standalone_amount) as standalone_amount
    from shared
    group by contract_line_id, minor_units, prices_include_tax
),

-- Net of tax, rounded once.
netted as (
    select
        contract_line_id,
        case
            when prices_include_tax
                then {{ net_inside('standalone_amount', 'tax_rate', 'minor_units') }}
            else {{ round_money('standalone_amount', 'minor_units') }}
        end as standalone_price
    from summed
)

select * from netted
