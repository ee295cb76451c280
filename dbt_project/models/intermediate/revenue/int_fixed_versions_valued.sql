with

laid as (
    select * from {{ ref('int_fixed_versions_laid') }}
),

tax_rates as (
    select * from {{ ref('tax_rates') }}
),

priced as (
    select
        *,
        {{ round_money('period_amount', 'minor_units') }} as amount
    from laid
),

rates_ranked as (
    select
        priced.*,
        coalesce(tax_rates.rate, 0) as tax_rate,
        row_number() over (
            partition by priced.contract_line_id, priced.version_no, priced.period_from
            order by tax_rates.entity_id nulls last, tax_rates.valid_from desc nulls last
        ) as rate_rank
    from priced
    left join tax_rates
        on priced.tax_code = tax_rates.tax_code
            and coalesce(tax_rates.entity_id, priced.entity_id) = priced.entity_id
            and tax_rates.valid_from
            <= least(priced.period_to, coalesce(priced.term_ends_on, priced.period_to))
),

valued as (
    select
        contract_line_id, version_no, billing_timing, period_from, period_to,
        greatest(period_from, line_starts_on) as covered_from,
        minor_units,
        case
            when prices_include_tax then {{ net_inside('amount', 'tax_rate', 'minor_units') }}
            else amount
        end as net_amount,
        standalone_amount, prices_include_tax, tax_rate, term_ends_on
    from rates_ranked
    where rate_rank = 1
)

select * from valued
