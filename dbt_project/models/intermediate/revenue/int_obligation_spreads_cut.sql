{% set method = 'obligations.method' %}
with recursive

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

steps as (
    select * from {{ ref('int_obligation_prices_amended') }}
),

-- Each amendment is a layer over the rest of the term, or over all of it when it catches up. As every layer runs to the
-- same end by the same weights, what is left of all of them is one amount over what is left of the term; a moved end
-- spreads that same rest anew. So a step needs what was recognised before it and what is left.
spreads as (
    select
        obligations.obligation_id,
        steps.step_no,
        steps.effective_on,
        steps.ends_on,
        steps.price_after,
        cast(0 as {{ integer_type() }}) as units_before,
        cast({{ spread_units('steps.price_after') }} as {{ integer_type() }}) as units_left
    from obligations
    inner join steps on obligations.obligation_id = steps.obligation_id
    where steps.step_no = 1

    union all

    select
        obligations.obligation_id,
        steps.step_no,
        steps.effective_on,
        steps.ends_on,
        steps.price_after,
        before.units + caught_up.units,
        {{ spread_units('steps.price_after') }} - before.units - caught_up.units
    from spreads
    inner join obligations on spreads.obligation_id = obligations.obligation_id
    inner join steps
        on
            spreads.obligation_id = steps.obligation_id
            and spreads.step_no + 1 = steps.step_no
    cross join lateral (
        select spreads.units_before + {{ share_of_units(
            'spreads.units_left',
            'least(' ~ weight_before(method, 'spreads.effective_on', 'steps.effective_on')
            ~ ', ' ~ term_weight(method, 'spreads.effective_on', 'spreads.ends_on') ~ ')',
            term_weight(method, 'spreads.effective_on', 'spreads.ends_on')
        ) }} as units
    ) as before
    cross join lateral (
        select case when steps.is_catch_up then {{ share_of_units(
            spread_units('steps.price_after - spreads.price_after'),
            weight_before(method, 'obligations.starts_on', 'steps.effective_on'),
            term_weight(method, 'obligations.starts_on', 'steps.ends_on')
        ) }} else 0 end as units
    ) as caught_up
)

select * from spreads
