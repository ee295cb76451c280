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

-- A month's price is that of all until its end less that of all before.
before as (
    select * from priced
    where sign = -1
),

differing as (
    select
        priced.*,
        case when before.contract_line_id is null
            then priced.point_amount
            else priced.point_amount - before.point_amount
        end as list_amount
    from priced
    left join before
        on priced.contract_line_id = before.contract_line_id
        and priced.effective_on = before.effective_on
        and priced.account_id is not distinct from before.account_id
        and priced.service_month = before.service_month
    where priced.sign = 1
),

discounted as (
    select
        {{ all_but(['point_amount', 'list_amount']) }},
        {{ less_percent('cast(list_amount as ' ~ priced_type() ~ ')', 'discount_percent') }}
            as amount_unrounded
    from differing
),

rounded as (
    select
        *,
        {{ round_money('amount_unrounded', 'minor_units') }} as amount
    from discounted
)

select * from rounded
