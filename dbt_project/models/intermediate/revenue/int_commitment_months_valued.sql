with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

by_month as (
    select * from {{ ref('int_commitment_draws_totalled') }}
),

credits as (
    select * from {{ ref('int_obligations_credited') }}
),

committed as (
    select *, {{ month_of('coalesce(cancelled_on, ends_on)') }} as last_month
    from obligations
    where method = 'commitment' and is_recognised
),

-- Months in which something is drawn, or goodwill lowers the price of all that is.
events as (
    select committed.obligation_id, by_month.service_month as month, 0 as credit_amount
    from committed
    inner join by_month
        on committed.contract_id = by_month.contract_id
        and committed.last_month >= by_month.service_month
    union all
    select credits.obligation_id, credits.month, credits.amount as credit_amount
    from credits
),

spanned as (
    select obligation_id, month, sum(credit_amount) as credit_amount
    from events
    group by obligation_id, month
),

-- The price of a month knows the credits up to it.
priced as (
    select
        committed.obligation_id, committed.contract_id, committed.last_month,
        committed.minor_units, spanned.month,
        committed.transaction_price
        - sum(spanned.credit_amount) over (partition by spanned.obligation_id)
        + sum(spanned.credit_amount)
            over (partition by spanned.obligation_id order by spanned.month) as price
    from spanned
    inner join committed on spanned.obligation_id = committed.obligation_id
),

stated as (
    select
        priced.obligation_id, priced.month, priced.price, priced.minor_units,
        coalesce({{ latest_value('by_month.drawn_amount', ['by_month.service_month']) }}, 0)
            as drawn_amount,
        coalesce({{ latest_value('by_month.available_amount', ['by_month.service_month']) }}, 1)
            as available_amount
    from priced
    left join by_month
        on priced.contract_id = by_month.contract_id
        and priced.month >= by_month.service_month
        and priced.last_month >= by_month.service_month
    group by priced.obligation_id, priced.month, priced.price, priced.minor_units
),

followed as (
    select
        *,
        coalesce(lag(drawn_amount) over by_obligation, 0) as drawn_before,
        coalesce(lag(available_amount) over by_obligation, 1) as available_before,
        coalesce(lag(price) over by_obligation, 0) as price_before
    from stated
    window by_obligation as (partition by obligation_id order by month)
),

shared as (
    select
        *,
        {{ part_of_money(
            'price', money_to_integer('drawn_amount'), money_to_integer('available_amount'),
            'minor_units'
        ) }} as amount_to_date,
        {{ part_of_money(
            'price', money_to_integer('drawn_before'), money_to_integer('available_before'),
            'minor_units'
        ) }} as amount_earlier,
        {{ part_of_money(
            'price_before', money_to_integer('drawn_before'), money_to_integer('available_before'),
            'minor_units'
        ) }} as amount_before
    from followed
)

select
    obligation_id,
    month,
    cast(amount_to_date - amount_earlier as {{ money_type() }}) as amount,
    cast(amount_earlier - amount_before as {{ money_type() }}) as amount_caught_up
from shared
