with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

steps as (
    select * from {{ ref('int_obligation_prices_amended') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

-- A rule may put all the odd cents into the first or the last month, as long as nothing was
-- amended.
terms as (
    select
        obligations.obligation_id, obligations.method, obligations.rounding,
        obligations.minor_units, obligations.starts_on, obligations.cancelled_on,
        obligations.transaction_price,
        min(steps.ends_on) as ends_on, min(steps.price_after) as price
    from obligations
    inner join steps on obligations.obligation_id = steps.obligation_id
    where
        obligations.rounding in ('residual_first', 'residual_last')
        and obligations.method like 'straight_line%'
        and obligations.is_recognised
    group by
        obligations.obligation_id, obligations.method, obligations.rounding,
        obligations.minor_units, obligations.starts_on, obligations.cancelled_on,
        obligations.transaction_price
    having min(steps.price_after) = max(steps.price_after)
        and min(steps.ends_on) = max(steps.ends_on)
),

weighed as (
    select
        terms.*,
        months.month, months.last_day as month_ends_on,
        case terms.rounding
            when 'residual_first' then months.first_day <= terms.starts_on
            else months.last_day >= terms.ends_on
        end as takes_the_rest,
        {{ term_weight(
            'terms.method',
            'greatest(terms.starts_on, months.first_day)',
            'least(terms.ends_on, months.last_day)'
        ) }} as weight,
        {{ term_weight('terms.method', 'terms.starts_on', 'terms.ends_on') }} as weight_whole
    from terms
    inner join months on months.last_day >= terms.starts_on and months.first_day <= terms.ends_on
),

parts as (
    select
        *,
        {{ money_of_units(
            share_of_units(spread_units('price'), 'weight', 'weight_whole'), 'minor_units'
        ) }} as part
    from weighed
),

rounded as (
    select
        *,
        case
            when takes_the_rest then price - sum(case when takes_the_rest then 0 else part end)
                over (partition by obligation_id)
            else part
        end as amount
    from parts
),

-- Cancelled: earlier months stand, its own month takes what is left of the cut price.
summed as (
    select
        *,
        sum(amount) over (partition by obligation_id order by month) as amount_to_date
    from rounded
),

kept as (
    select
        obligation_id, month, month_ends_on,
        cast(case
            when month = {{ month_of('cancelled_on') }}
                then transaction_price - (amount_to_date - amount)
            else amount
        end as {{ money_type() }}) as amount,
        cast(case
            when month = {{ month_of('cancelled_on') }} then transaction_price
            else amount_to_date
        end as {{ money_type() }}) as amount_to_date
    from summed
    where month <= {{ month_of('coalesce(cancelled_on, ends_on)') }}
)

select * from kept
