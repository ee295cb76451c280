{{ config(materialized='view') }}
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
)

select * from priced
