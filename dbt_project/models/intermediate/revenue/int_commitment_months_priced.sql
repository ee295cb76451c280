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

-- Months in which something is drawn or cut, or goodwill lowers the price of all that is.
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

-- The price of a month knows the credits up to it; before a cancellation it is the uncut one, so
-- that earlier months stand.
priced as (
    select
        committed.obligation_id, committed.contract_id, committed.last_month,
        committed.minor_units, spanned.month, spanned.credit_amount,
        committed.transaction_price
        + case
            when spanned.month < {{ month_of('committed.cancelled_on') }}
                then committed.forgone_amount
            else 0
        end
        - sum(spanned.credit_amount) over (partition by spanned.obligation_id)
        + sum(spanned.credit_amount)
            over (partition by spanned.obligation_id order by spanned.month) as price
    from spanned
    inner join committed on spanned.obligation_id = committed.obligation_id
),

stated as (
    select
        priced.obligation_id, priced.month, priced.price, priced.credit_amount, priced.minor_units,
        coalesce({{ latest_value('by_month.drawn_amount', ['by_month.service_month']) }}, 0)
            as drawn_amount,
        -- Of nothing nothing is drawn.
        coalesce(nullif(
            {{ latest_value('by_month.available_amount', ['by_month.service_month']) }}, 0
        ), 1) as available_amount
    from priced
    left join by_month
        on priced.contract_id = by_month.contract_id
        and least(priced.month, priced.last_month) >= by_month.service_month
    group by
        priced.obligation_id, priced.month, priced.price, priced.credit_amount, priced.minor_units
)

select * from stated
