with recursive

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

steps as (
    select * from {{ ref('int_obligation_prices_amended') }}
),

followed as (
    select
        steps.*,
        obligations.method,
        obligations.starts_on,
        lead(steps.effective_on) over (
            partition by steps.obligation_id
            order by steps.step_no
        ) as superseded_on,
        steps.price_after - coalesce(lag(steps.price_after) over (
            partition by steps.obligation_id
            order by steps.step_no
        ), 0) as price_change
    from steps
    inner join obligations on steps.obligation_id = obligations.obligation_id
    where obligations.method like 'straight_line%' and obligations.is_recognised
),

weighed as (
    select
        *,
        {{ term_weight('method', 'effective_on', 'ends_on') }} as weight_whole,
        {{ weight_before('method', 'effective_on', 'superseded_on') }} as weight_gone,
        {{ term_weight('method', 'starts_on', 'ends_on') }} as weight_term,
        {{ weight_before('method', 'starts_on', 'effective_on') }} as weight_behind
    from followed
),

valued as (
    select
        obligation_id,
        step_no,
        effective_on,
        ends_on,
        weight_whole,
        least(weight_gone, weight_whole) as weight_gone,
        {{ spread_units('price_after') }} as units_price,
        case
            when is_catch_up
                then {{ share_of_units(
                    spread_units('price_change'), 'weight_behind', 'weight_term'
                ) }}
            else 0
        end as units_caught_up
    from weighed
),

-- Each amendment is a layer over the rest of the term, or over all of it when it catches up. As
-- every layer runs to the same end by the same weights, what is left of all of them is one amount
-- over what is left of the term; a moved end spreads that same rest anew. So a step needs what was
-- recognised before it and what is left.
spreads as (
    select
        *,
        cast(0 as {{ integer_type() }}) as units_before,
        units_price as units_left
    from valued
    where step_no = 1

    union all

    select
        valued.*,
        spreads.units_before
        + {{ share_of_units('spreads.units_left', 'spreads.weight_gone', 'spreads.weight_whole') }}
        + valued.units_caught_up as units_before,
        valued.units_price
        - spreads.units_before
        - {{ share_of_units('spreads.units_left', 'spreads.weight_gone', 'spreads.weight_whole') }}
        - valued.units_caught_up as units_left
    from spreads
    inner join valued
        on
            spreads.obligation_id = valued.obligation_id
            and spreads.step_no + 1 = valued.step_no
)

select
    obligation_id,
    step_no,
    effective_on,
    ends_on,
    weight_whole,
    units_before,
    units_left
from spreads
