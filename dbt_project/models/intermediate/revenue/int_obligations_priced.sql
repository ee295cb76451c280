with

terms as (
    select * from {{ ref('int_obligation_terms_listed') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

periods as (
    select * from {{ ref('int_fixed_periods_priced') }}
),

agreements as (
    select * from {{ ref('int_agreements_priced') }}
),

usage as (
    select * from {{ ref('int_usage_earned') }}
),

fixed_prices as (
    select
        terms.obligation_id,
        sum(periods.net_amount) as net_amount
    from terms
    inner join periods on terms.contract_line_id = periods.contract_line_id
    inner join lines on terms.contract_line_id = lines.contract_line_id
    where
        not lines.is_open_ended
        or greatest(periods.period_from, lines.starts_on) = terms.starts_on
    group by terms.obligation_id
),

usage_prices as (
    select
        terms.obligation_id,
        sum(usage.net_amount) as net_amount
    from terms
    inner join usage on terms.contract_line_id = usage.contract_line_id
    inner join lines on terms.contract_line_id = lines.contract_line_id
    where
        not lines.is_open_ended
        or terms.obligation_id = usage.contract_line_id || '/' || usage.service_month
    group by terms.obligation_id
),

agreed_prices as (
    select
        contract_line_id,
        sum(net_amount) as net_amount
    from agreements
    group by contract_line_id
),

identified as (
    select
        terms.obligation_id, terms.starts_on, terms.ends_on,
        -- A cancellation on or after the last day cuts nothing.
        case when lines.cancelled_on < terms.ends_on then lines.cancelled_on end as cancelled_on,
        lines.is_open_ended and lines.billing_frequency = 'once' as is_due_at_start,
        cast(
            coalesce(fixed_prices.net_amount, 0)
            + coalesce(agreed_prices.net_amount, 0)
            + coalesce(usage_prices.net_amount, 0)
            as {{ money_type() }}
        ) as transaction_price,
        lines.contract_line_id, lines.contract_id, lines.customer_id, lines.entity_id,
        lines.product_id, lines.bundle_id, lines.product_line, lines.business_model,
        lines.charge_model, lines.currency, lines.minor_units, lines.revenue_rule, lines.method,
        lines.trigger, lines.path, lines.measure, lines.progress_type, lines.rounding,
        lines.source_approval, lines.is_recognised, lines.is_open_ended
    from terms
    inner join lines on terms.contract_line_id = lines.contract_line_id
    left join fixed_prices on terms.obligation_id = fixed_prices.obligation_id
    left join agreed_prices on terms.obligation_id = agreed_prices.contract_line_id
    left join usage_prices on terms.obligation_id = usage_prices.obligation_id
)

select * from identified
