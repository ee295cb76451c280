with

points as (
    select * from {{ ref('int_usage_points_priced') }}
    where sign = 1
),

earlier_points as (
    select * from {{ ref('int_usage_points_priced') }}
    where sign = -1
),

currencies as (
    select * from {{ ref('currencies') }}
),

-- A month's price is that of all until its end less that of all before.
differing as (
    select
        points.*,
        currencies.minor_units,
        case when earlier_points.contract_line_id is null
            then points.point_amount
            else points.point_amount - earlier_points.point_amount
        end as list_amount
    from points
    inner join currencies on points.currency = currencies.currency
    left join earlier_points
        on points.contract_line_id = earlier_points.contract_line_id
        and points.effective_on = earlier_points.effective_on
        and points.account_id is not distinct from earlier_points.account_id
        and points.service_month = earlier_points.service_month
),

discounted as (
    select
        *,
        {{ less_percent('cast(list_amount as ' ~ priced_type() ~ ')', 'discount_percent') }}
            as amount_unrounded
    from differing
),

rounded as (
    select
        contract_line_id,
        effective_on,
        account_id,
        service_month,
        service_from,
        service_to,
        product_id,
        business_model,
        events,
        used_quantity,
        case when charge_model in ('per_unit', 'package') then unit_price end as unit_price,
        amount_unrounded,
        {{ round_money('amount_unrounded', 'minor_units') }} as amount
    from discounted
)

select * from rounded
