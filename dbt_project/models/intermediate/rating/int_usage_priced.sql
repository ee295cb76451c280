with

lines as (
    select * from {{ ref('int_usage_rated') }}
),

tiers as (
    select * from {{ ref('int_price_tiers_bounded') }}
),

defects as (
    select * from {{ ref('int_contract_lines_checked') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

priceable as (
    select
        lines.*,
        currencies.minor_units
    from lines
    inner join currencies on lines.currency = currencies.currency
    left join defects
        on lines.contract_line_id = defects.contract_line_id
        and lines.effective_on = defects.effective_on
    where defects.kind is null
),

-- A month's amount is the price of all until its end less the price of all before, nought before the first.
points as (
    select
        *,
        1 as sign,
        billable_to_date as point_quantity,
        events_before + events as point_events
    from priceable
    union all
    select
        *,
        -1 as sign,
        billable_before as point_quantity,
        events_before as point_events
    from priceable
    where not is_first
),

-- Tiers price a negative quantity as nought.
entered as (
    select
        points.contract_line_id,
        points.effective_on,
        points.account_id,
        points.service_month,
        points.sign,
        case
            when points.charge_model <> 'volume'
                then greatest(
                    least(points.point_quantity, coalesce(tiers.up_to, points.point_quantity))
                    - tiers.lower_bound, 0
                )
            when points.point_quantity > tiers.lower_bound
                and points.point_quantity <= coalesce(tiers.up_to, points.point_quantity)
                then points.point_quantity
            else 0
        end as quantity_inside,
        case
            when points.charge_model = 'graduated_percentage' then tiers.rate
            else tiers.unit_price
        end as price,
        case
            when points.flat_at_zero and tiers.position = 1 and points.point_quantity <= 0
                then tiers.flat_amount
            when points.point_quantity > tiers.lower_bound
                and (
                    points.charge_model <> 'volume'
                    or points.point_quantity <= coalesce(tiers.up_to, points.point_quantity)
                )
                then tiers.flat_amount
            else 0
        end as flat_amount
    from points
    inner join tiers
        on points.contract_line_id = tiers.contract_line_id
        and points.effective_on = tiers.effective_on
    where points.charge_model in ('graduated', 'volume', 'graduated_percentage')
),

tiered as (
    select
        contract_line_id,
        effective_on,
        account_id,
        service_month,
        sign,
        case
            when bool_and({{ is_within_money('quantity_inside', 'price') }})
                then sum({{ times_price('quantity_inside', 'price') }} + flat_amount)
        end as amount
    from entered
    group by contract_line_id, effective_on, account_id, service_month, sign
),

priced as (
    select
        points.*,
        case points.charge_model
            when 'per_unit' then {{ times_price('points.point_quantity', 'points.unit_price') }}
            when 'percentage' then
                {{ times_price('points.point_quantity', 'coalesce(points.rate, 0)') }}
                + {{ times_price('points.point_events', 'coalesce(points.fixed_fee, 0)') }}
            when 'package' then
                {{ times_price(packages_begun('points.point_quantity', 'points.package_size'), 'points.unit_price') }}
            else tiered.amount
        end as point_amount
    from points
    left join tiered
        on points.contract_line_id = tiered.contract_line_id
        and points.effective_on = tiered.effective_on
        and points.account_id is not distinct from tiered.account_id
        and points.service_month = tiered.service_month
        and points.sign = tiered.sign
),

differing as (
    select
        contract_line_id,
        effective_on,
        account_id,
        service_month,
        case when bool_and(point_amount is not null) then sum(sign * point_amount) end as list_amount
    from priced
    group by contract_line_id, effective_on, account_id, service_month
),

discounted as (
    select
        priceable.*,
        {{ less_percent('cast(differing.list_amount as ' ~ priced_type() ~ ')', 'priceable.discount_percent') }}
            as amount_unrounded
    from priceable
    inner join differing
        on priceable.contract_line_id = differing.contract_line_id
        and priceable.effective_on = differing.effective_on
        and priceable.account_id is not distinct from differing.account_id
        and priceable.service_month = differing.service_month
),

rounded as (
    select
        *,
        {{ round_money('amount_unrounded', 'minor_units') }} as amount
    from discounted
)

select * from rounded
