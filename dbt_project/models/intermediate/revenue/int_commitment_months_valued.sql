with

priced as (
    select * from {{ ref('int_commitment_months_priced') }}
),

valued as (
    select
        *,
        {{ part_of_money(
            'price', money_to_integer('drawn_amount'), money_to_integer('available_amount'),
            'minor_units'
        ) }} as amount_to_date
    from priced
),

-- What a credit of the month changes is the price of what was drawn before it.
followed as (
    select
        obligation_id, month, amount_to_date, minor_units,
        lag(amount_to_date) over by_obligation as amount_before,
        lag(price) over by_obligation + credit_amount as price_before,
        lag(drawn_amount) over by_obligation as drawn_before,
        lag(available_amount) over by_obligation as available_before
    from valued
    window by_obligation as (partition by obligation_id order by month)
),

caught_up as (
    select
        *,
        coalesce({{ part_of_money(
            'price_before', money_to_integer('drawn_before'), money_to_integer('available_before'),
            'minor_units'
        ) }} - amount_before, 0) as amount_caught_up
    from followed
)

select
    obligation_id,
    month,
    cast(amount_to_date - coalesce(amount_before, 0) - amount_caught_up as {{ money_type() }})
        as amount,
    cast(amount_caught_up as {{ money_type() }}) as amount_caught_up
from caught_up
