with

facts as (
    select * from {{ ref('int_revenue_facts_dated') }}
),

rates as (
    select * from {{ ref('int_spot_rates_resolved') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

-- At the spot rate of the fact's day; where none is known the functional amount is unknown and not
-- nought.
converted as (
    select
        facts.*,
        case
            when facts.currency = facts.functional_currency then facts.amount
            else {{ at_rate('facts.amount', 'rates.rate', 'currencies.minor_units') }}
        end as functional_amount
    from facts
    left join currencies on facts.functional_currency = currencies.currency
    left join rates
        on
            facts.entity_id = rates.entity_id
            and facts.currency = rates.from_currency
            and facts.functional_currency = rates.to_currency
            and facts.dated_on = rates.rate_on
)

select * from converted
