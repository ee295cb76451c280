{{ config(materialized='view') }}
with

priced as (
    select * from {{ ref('int_obligations_priced') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

bundles as (
    select * from {{ ref('int_bundles_allocated') }}
),

standalone_prices as (
    select * from {{ ref('int_standalone_prices_summed') }}
),

credits as (
    select
        obligation_id,
        sum(amount) as amount
    from {{ ref('int_obligations_credited') }}
    group by obligation_id
),

-- What a bundle shares is settled by the first versions: a line's own later changes stay its own,
-- and so does the goodwill its bills were lowered by.
identified as (
    select
        priced.obligation_id, priced.starts_on, priced.ends_on, priced.cancelled_on,
        priced.agreed_price - priced.transaction_price as forgone_amount,
        lines.is_open_ended and lines.billing_frequency = 'once' as is_due_at_start,
        lines.contract_line_id, lines.contract_id, lines.customer_id, lines.entity_id,
        lines.product_id, lines.product_line, lines.charge_model, lines.currency, lines.minor_units,
        lines.revenue_rule, lines.method, lines.trigger, lines.path, lines.rounding,
        lines.source_approval, lines.is_recognised, lines.is_open_ended,
        cast(
            priced.transaction_price + coalesce(bundles.shared_in, 0) + coalesce(credits.amount, 0)
            as {{ money_type() }}
        ) as transaction_price,
        cast(coalesce(
            bundles.standalone_price, standalone_prices.standalone_price, priced.transaction_price
        ) as {{ money_type() }}) as standalone_price
    from priced
    inner join lines on priced.contract_line_id = lines.contract_line_id
    left join bundles on priced.obligation_id = bundles.obligation_id
    left join credits on priced.obligation_id = credits.obligation_id
    left join standalone_prices on priced.obligation_id = standalone_prices.contract_line_id
)

select * from identified
