with

by_account as (
    select * from {{ ref('int_usage_assigned') }}
    where reason is null and is_seen
),

priced as (
    select * from {{ ref('int_usage_priced') }}
),

weighed as (
    select
        priced.contract_line_id || '/' || cast(priced.effective_on as varchar) || '/'
            || priced.service_month || coalesce('/' || priced.account_id, '') as rated_line,
        by_account.account_id,
        by_account.service_month,
        by_account.quantity,
        priced.contract_id,
        priced.customer_id,
        priced.entity_id,
        priced.product_id,
        priced.product_line,
        priced.business_model,
        priced.currency,
        priced.minor_units,
        sign(priced.amount) as sign,
        {{ money_to_minor_units('abs(priced.amount)', 'priced.minor_units') }} as units,
        -- Beyond a thousand million whole units weigh enough, and what is multiplied still fits.
        case
            when max(abs(by_account.quantity)) over (
                partition by by_account.contract_line_id, by_account.service_month
            ) > 1000000000
                then cast(trunc(greatest(by_account.quantity, 0)) as {{ integer_type() }})
            else greatest({{ quantity_to_integer('by_account.quantity') }}, 0)
        end as weight
    from by_account
    inner join priced
        on by_account.contract_line_id = priced.contract_line_id
        and by_account.effective_on = priced.effective_on
        and by_account.service_month = priced.service_month
        and by_account.account_id = coalesce(priced.account_id, by_account.account_id)
    where by_account.events > 0 and priced.amount is not null
),

-- Where nobody used more than nought, all accounts weigh the same.
totalled as (
    select
        {{ all_but(['weight']) }},
        case when sum(weight) over line = 0 then 1 else weight end as weight,
        case when sum(weight) over line = 0 then count(*) over line else sum(weight) over line end
            as total_weight
    from weighed
    window line as (partition by rated_line)
),

floored as (
    select
        *,
        {{ whole_quotient('units * weight', 'total_weight') }} as whole_units,
        units * weight % total_weight as remainder
    from totalled
),

-- A rated line is shared over its accounts by quantity: largest remainder, ties to the lowest id.
ranked as (
    select
        *,
        units - sum(whole_units) over (partition by rated_line) as units_left,
        row_number() over (partition by rated_line order by remainder desc, account_id)
            as remainder_rank
    from floored
),

shared as (
    select
        rated_line,
        account_id,
        service_month,
        contract_id,
        customer_id,
        entity_id,
        product_id,
        product_line,
        business_model,
        currency,
        quantity,
        cast(sign * {{ minor_units_to_money(
            'whole_units + case when remainder_rank <= units_left then 1 else 0 end', 'minor_units'
        ) }} as {{ money_type() }}) as amount
    from ranked
)

select * from shared
