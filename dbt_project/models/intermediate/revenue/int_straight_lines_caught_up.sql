{% set first_of_month = month_start(month_of('changes.effective_on')) %}
with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

steps as (
    select * from {{ ref('int_obligation_prices_amended') }}
),

changes as (
    select
        *,
        price_after - lag(price_after) over (
            partition by obligation_id
            order by step_no
        ) as price_change
    from steps
),

weighed as (
    select
        obligations.obligation_id,
        obligations.minor_units,
        {{ month_of('changes.effective_on') }} as month,
        changes.price_change,
        {{ weight_before('obligations.method', 'obligations.starts_on', first_of_month) }}
            as weight_behind,
        {{ term_weight('obligations.method', 'obligations.starts_on', 'changes.ends_on') }}
            as weight_term
    from changes
    inner join obligations on changes.obligation_id = obligations.obligation_id
    where
        changes.is_catch_up
        and obligations.method like 'straight_line%'
        and obligations.is_recognised
),

-- A change that catches up is spread over the whole term; what falls into months past is booked in
-- its own month.
shared as (
    select
        *,
        {{ share_of_units(spread_units('price_change'), 'weight_behind', 'weight_term') }}
            as units_caught_up
    from weighed
),

caught_up as (
    select
        obligation_id,
        month,
        cast(
            sum({{ money_of_units('units_caught_up', 'minor_units') }}) as {{ money_type() }}
        ) as amount
    from shared
    group by obligation_id, month
)

select * from caught_up
