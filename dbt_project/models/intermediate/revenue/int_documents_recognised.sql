with

valued as (
    select * from {{ ref('int_obligation_months_valued') }}
),

-- What the documents make of a price, never beyond it.
earned as (
    select
        *,
        case
            when not is_whole and price >= 0 then least(price, settled)
            when not is_whole then greatest(price, settled)
            else {{ part_of_money('price', 'percent_units', '100000000000000', 'minor_units') }}
        end as amount_to_date
    from valued
),

compared as (
    select
        *,
        coalesce(lag(amount_to_date) over by_obligation, 0) as amount_before,
        lag(percent_units) over by_obligation as percent_before,
        lag(settled) over by_obligation as settled_before,
        lag(is_whole) over by_obligation as was_whole
    from earned
    window by_obligation as (partition by obligation_id order by month)
),

-- Other methods than straight line always catch up: what the new price makes of what the documents
-- of earlier months had said.
caught_up as (
    select
        *,
        case
            when was_whole is null then 0
            when not was_whole and price >= 0 then least(price, settled_before) - amount_before
            when not was_whole then greatest(price, settled_before) - amount_before
            else {{ part_of_money('price', 'percent_before', '100000000000000', 'minor_units') }}
                - amount_before
        end as amount_caught_up
    from compared
)

select
    obligation_id,
    month,
    cast(amount_to_date - amount_before - amount_caught_up as {{ money_type() }}) as amount,
    cast(amount_caught_up as {{ money_type() }}) as amount_caught_up,
    document_id
from caught_up
