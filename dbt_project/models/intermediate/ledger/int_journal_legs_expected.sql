{{ config(materialized='view') }}
with

legs as (
    select * from {{ ref('int_journal_legs_listed') }}
),

rates as (
    select * from {{ ref('int_spot_rates_resolved') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

-- What is in the functional currency already is its own amount, and its legs need no balancing.
at_par as (
    select
        *,
        {{ signed_by_side('side', 'amount') }} as signed_amount,
        {{ signed_by_side('side', 'amount') }} as functional_signed_amount
    from legs
    where currency = functional_currency
),

-- The rest at the spot rate of the document's day.
converted as (
    select
        legs.*,
        {{ signed_by_side('legs.side', 'legs.amount') }} as signed_amount,
        {{ at_rate(
            signed_by_side('legs.side', 'legs.amount'), 'rates.rate', 'currencies.minor_units'
        ) }} as rounded_amount,
        row_number() over (
            partition by
                legs.entity_id, legs.event_type, legs.document_type, legs.document_id,
                legs.economic_month, legs.document_on, legs.currency
            order by
                legs.leg, legs.account_code, legs.customer_id nulls first,
                legs.contract_id nulls first, legs.product_line nulls first,
                legs.cost_center nulls first, legs.profit_center nulls first, legs.amount
        ) as leg_rank
    from legs
    inner join currencies on legs.functional_currency = currencies.currency
    left join rates
        on legs.entity_id = rates.entity_id
            and legs.currency = rates.from_currency
            and legs.document_on = rates.rate_on
    where legs.currency <> legs.functional_currency
),

-- Legs rounded one by one may miss each other by a cent: the first leg takes what is left.
balanced as (
    select
        *,
        case
            when leg_rank = 1
                then rounded_amount - sum(rounded_amount) over (
                        partition by
                            entity_id, event_type, document_type, document_id,
                            economic_month, document_on, currency
                    )
            else rounded_amount
        end as functional_signed_amount
    from converted
),

expected as (
    select {{ leg_key() }}, document_on, signed_amount, functional_signed_amount from at_par
    union all
    select {{ leg_key() }}, document_on, signed_amount, functional_signed_amount from balanced
)

select * from expected
