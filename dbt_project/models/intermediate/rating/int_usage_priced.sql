with

points as (
    select * from {{ ref('int_usage_points_listed') }}
),

tiered as (
    select * from {{ ref('int_usage_points_tiered') }}
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
                {{ times_price(
                    packages_begun('points.point_quantity', 'points.package_size'),
                    'points.unit_price'
                ) }}
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
        case when bool_and(point_amount is not null) then sum(sign * point_amount) end
            as list_amount
    from priced
    group by contract_line_id, effective_on, account_id, service_month
),

discounted as (
    select
        points.*,
        {{ less_percent(
            'cast(differing.list_amount as ' ~ priced_type() ~ ')', 'points.discount_percent'
        ) }} as amount_unrounded
    from points
    inner join differing
        on points.contract_line_id = differing.contract_line_id
        and points.effective_on = differing.effective_on
        and points.account_id is not distinct from differing.account_id
        and points.service_month = differing.service_month
    where points.sign = 1
),

rounded as (
    select
        *,
        {{ round_money('amount_unrounded', 'minor_units') }} as amount
    from discounted
)

select * from rounded
