with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

recognised as (
    select * from {{ ref('int_commitment_months_valued') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

committed as (
    select
        obligation_id, transaction_price,
        {{ month_of('coalesce(cancelled_on, ends_on)') }} as last_month,
        {{ month_end(month_of('coalesce(cancelled_on, ends_on)')) }} as last_month_ends_on
    from obligations
    where method = 'commitment' and is_recognised
),

-- What is never drawn is breakage in the last month, once that is over (IFRS 15.B46).
broken as (
    select
        committed.obligation_id, committed.last_month as month,
        committed.transaction_price
        - coalesce(sum(recognised.amount + recognised.amount_caught_up), 0) as amount_broken
    from committed
    cross join days
    left join recognised on committed.obligation_id = recognised.obligation_id
    where committed.last_month_ends_on <= days.as_of
    group by committed.obligation_id, committed.last_month, committed.transaction_price
),

all_months as (
    select obligation_id, month, amount, amount_caught_up, 0 as amount_broken
    from recognised
    union all
    select obligation_id, month, 0 as amount, 0 as amount_caught_up, amount_broken
    from broken
)

select
    obligation_id, month,
    cast(sum(amount) as {{ money_type() }}) as amount,
    cast(sum(amount_caught_up) as {{ money_type() }}) as amount_caught_up,
    cast(sum(amount_broken) as {{ money_type() }}) as amount_broken
from all_months
group by obligation_id, month
