with

obligations as (
    select * from {{ ref('int_obligations_priced') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

steps as (
    select * from {{ ref('int_obligation_prices_stepped') }}
),

standalone_prices as (
    select * from {{ ref('int_standalone_prices_summed') }}
),

-- Usage and lines without an end take no part; the others with what their first version bills.
sharing as (
    select
        obligations.obligation_id, lines.contract_id, lines.bundle_id, lines.minor_units,
        coalesce(steps.price_after, obligations.agreed_price) as own_price,
        coalesce(
            standalone_prices.standalone_price, steps.price_after, obligations.agreed_price
        ) as standalone_price
    from obligations
    inner join lines on obligations.contract_line_id = lines.contract_line_id
    left join steps
        on obligations.obligation_id = steps.obligation_id and steps.step_no = 1
    left join standalone_prices
        on obligations.contract_line_id = standalone_prices.contract_line_id
    where
        lines.bundle_id is not null
        and not lines.is_open_ended
        and lines.charge_model in ('fixed', 'milestone', 'commitment')
),

weighed as (
    select
        *,
        sum(own_price) over bundle as bundle_price,
        case
            when sum(abs(standalone_price)) over bundle = 0 then own_price
            else standalone_price
        end as weight
    from sharing
    window bundle as (partition by contract_id, bundle_id)
),

-- In whole minor units: the total, and each line's exact share of it times the sum of weights.
counted as (
    select
        *,
        {{ money_to_minor_units('bundle_price', 'minor_units') }} as total_units,
        {{ money_to_integer('weight') }} as weight_units,
        sum({{ money_to_integer('weight') }}) over (
            partition by contract_id, bundle_id
        ) as weights_units
    from weighed
),

floored as (
    select
        *,
        {{ whole_quotient('total_units * weight_units', 'weights_units') }} as floor_units,
        total_units * weight_units % weights_units as remainder_units
    from counted
    where weights_units > 0
),

-- Largest remainder: what the floors leave goes a unit each to the largest, ties to the lowest id.
ranked as (
    select
        *,
        row_number() over (
            partition by contract_id, bundle_id
            order by remainder_units desc, obligation_id
        ) as remainder_rank,
        total_units - sum(floor_units) over (partition by contract_id, bundle_id) as units_over
    from floored
),

allocated as (
    select
        obligation_id,
        own_price,
        standalone_price,
        {{ integer_to_money(
            '(floor_units + case when remainder_rank <= units_over then 1 else 0 end) * '
            ~ minor_unit_in_integer('minor_units')
        ) }} as allocated_price
    from ranked
)

select
    *,
    cast(allocated_price - own_price as {{ money_type() }}) as shared_in
from allocated
