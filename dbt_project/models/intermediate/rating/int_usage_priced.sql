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

-- Tiers price a negative quantity as nought.
entered as (
    select
        lines.contract_line_id,
        lines.effective_on,
        lines.account_id,
        lines.service_month,
        case
            when lines.charge_model <> 'volume'
                then greatest(
                    least(lines.billable_quantity, coalesce(tiers.up_to, lines.billable_quantity))
                    - tiers.lower_bound, 0
                )
            when lines.billable_quantity > tiers.lower_bound
                and lines.billable_quantity <= coalesce(tiers.up_to, lines.billable_quantity)
                then lines.billable_quantity
            else 0
        end as quantity_inside,
        case
            when lines.charge_model = 'graduated_percentage' then tiers.rate
            else tiers.unit_price
        end as price,
        case
            when lines.flat_at_zero and tiers.position = 1 and lines.billable_quantity <= 0
                then tiers.flat_amount
            when lines.billable_quantity > tiers.lower_bound
                and (
                    lines.charge_model <> 'volume'
                    or lines.billable_quantity <= coalesce(tiers.up_to, lines.billable_quantity)
                )
                then tiers.flat_amount
            else 0
        end as flat_amount
    from lines
    inner join tiers
        on lines.contract_line_id = tiers.contract_line_id
        and lines.effective_on = tiers.effective_on
    where lines.charge_model in ('graduated', 'volume', 'graduated_percentage')
),

tiered as (
    select
        contract_line_id,
        effective_on,
        account_id,
        service_month,
        case
            when bool_and({{ is_within_money('quantity_inside', 'price') }})
                then sum({{ times_price('quantity_inside', 'price') }} + flat_amount)
        end as amount
    from entered
    group by contract_line_id, effective_on, account_id, service_month
),

priced as (
    select
        lines.*,
        case lines.charge_model
            when 'per_unit' then {{ times_price('lines.billable_quantity', 'lines.unit_price') }}
            when 'percentage' then
                {{ times_price('lines.billable_quantity', 'coalesce(lines.rate, 0)') }}
                + {{ times_price('lines.events', 'coalesce(lines.fixed_fee, 0)') }}
            when 'package' then
                {{ times_price(packages_begun('lines.billable_quantity', 'lines.package_size'), 'lines.unit_price') }}
            else tiered.amount
        end as list_amount
    from lines
    left join defects
        on lines.contract_line_id = defects.contract_line_id
        and lines.effective_on = defects.effective_on
    left join tiered
        on lines.contract_line_id = tiered.contract_line_id
        and lines.effective_on = tiered.effective_on
        and lines.account_id is not distinct from tiered.account_id
        and lines.service_month = tiered.service_month
    where defects.kind is null
),

discounted as (
    select
        *,
        {{ less_percent('list_amount', 'discount_percent') }} as amount_unrounded
    from priced
),

rounded as (
    select
        discounted.*,
        {{ round_money('discounted.amount_unrounded', 'currencies.minor_units') }} as amount
    from discounted
    inner join currencies on discounted.currency = currencies.currency
)

select * from rounded
