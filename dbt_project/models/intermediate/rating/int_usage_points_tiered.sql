with

points as (
    select * from {{ ref('int_usage_points_listed') }}
),

tiers as (
    select * from {{ ref('int_price_tiers_bounded') }}
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

-- A tier's amount is null beyond what money can hold, and with it the point's.
priced as (
    select
        *,
        {{ times_price('quantity_inside', 'price') }} + flat_amount as amount
    from entered
),

tiered as (
    select
        contract_line_id,
        effective_on,
        account_id,
        service_month,
        sign,
        case when count(amount) = count(*) then sum(amount) end as amount
    from priced
    group by contract_line_id, effective_on, account_id, service_month, sign
)

select * from tiered
