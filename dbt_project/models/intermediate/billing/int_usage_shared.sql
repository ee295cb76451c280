{{ config(materialized='view') }}
with

by_account as (
    select * from {{ ref('int_usage_assigned') }}
    where reason is null and is_seen and events > 0
),

priced as (
    select * from {{ ref('int_usage_priced') }}
    where business_model = 'on_demand' and amount is not null
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

pooled as (
    select
        priced.contract_line_id,
        priced.effective_on,
        priced.service_month,
        priced.product_id,
        by_account.account_id,
        by_account.quantity,
        currencies.minor_units,
        sign(priced.amount) as sign,
        {{ money_to_minor_units('abs(priced.amount)', 'currencies.minor_units') }} as units,
        -- Twelve decimals weigh as long as what is multiplied fits, nine beyond a thousand million.
        case
            when max(abs(by_account.quantity)) over line <= 1000000000
                then greatest({{ quantity_to_integer('by_account.quantity') }}, 0)
            when max(abs(by_account.quantity)) over line <= 1000000000000
                then cast(
                    trunc(greatest(by_account.quantity, 0) * 1000000000) as {{ integer_type() }}
                )
            else cast(trunc(greatest(by_account.quantity, 0)) as {{ integer_type() }})
        end as weight
    from priced
    inner join by_account
        on priced.contract_line_id = by_account.contract_line_id
        and priced.effective_on = by_account.effective_on
        and priced.service_month = by_account.service_month
    inner join versions
        on priced.contract_line_id = versions.contract_line_id
        and priced.effective_on = versions.effective_on
    inner join currencies on versions.currency = currencies.currency
    where priced.account_id is null
    window line as (partition by priced.contract_line_id, priced.service_month)
),

-- Where nobody used more than nought, all accounts weigh the same.
weighed as (
    select
        {{ all_but(['weight']) }},
        case when sum(weight) over line = 0 then 1 else weight end as weight,
        case when sum(weight) over line = 0 then count(*) over line else sum(weight) over line end
            as total_weight
    from pooled
    window line as (partition by contract_line_id, effective_on, service_month)
),

floored as (
    select
        *,
        {{ whole_quotient('units * weight', 'total_weight') }} as whole_units,
        units * weight % total_weight as remainder
    from weighed
),

-- A pooled line is shared over its accounts by quantity: largest remainder, ties to the lowest id.
ranked as (
    select
        *,
        units - sum(whole_units) over line as units_left,
        row_number() over (
            partition by contract_line_id, effective_on, service_month
            order by remainder desc, account_id
        ) as remainder_rank
    from floored
    window line as (partition by contract_line_id, effective_on, service_month)
)

select
    contract_line_id, effective_on, service_month, product_id, account_id, quantity,
    cast(sign * {{ minor_units_to_money(
        'whole_units + case when remainder_rank <= units_left then 1 else 0 end', 'minor_units'
    ) }} as {{ money_type() }}) as amount
from ranked
