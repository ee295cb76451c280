{% set first_day = month_start(month_of('changes.effective_on')) %}
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

-- A change that catches up is spread over the whole term; what falls into months past is booked in its own month.
caught_up as (
    select
        obligations.obligation_id,
        {{ month_of('changes.effective_on') }} as month,
        {{ money_of_units(share_of_units(
            spread_units('changes.price_change'),
            weight_before('obligations.method', 'obligations.starts_on', first_day),
            term_weight('obligations.method', 'obligations.starts_on', 'changes.ends_on')
        ), 'obligations.minor_units') }} as amount
    from changes
    inner join obligations on changes.obligation_id = obligations.obligation_id
    where changes.is_catch_up
),

by_month as (
    select
        obligation_id,
        month,
        cast(sum(amount) as {{ money_type() }}) as amount
    from caught_up
    group by obligation_id, month
)

select * from by_month
