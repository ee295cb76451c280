with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

drawn as (
    select * from {{ ref('int_commitments_drawn') }}
),

commitments as (
    select * from {{ ref('int_commitments_totalled') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

committed as (
    select
        obligations.obligation_id, obligations.contract_id, obligations.transaction_price,
        obligations.minor_units,
        {{ month_of('coalesce(obligations.cancelled_on, obligations.ends_on)') }} as last_month,
        {{ month_end(month_of('coalesce(obligations.cancelled_on, obligations.ends_on)')) }}
            as last_month_ends_on,
        commitments.committed_amount, commitments.begun_amount
    from obligations
    left join commitments on obligations.contract_id = commitments.contract_id
    where obligations.method = 'commitment' and obligations.is_recognised
),

-- Drawn to a month's end by all usage lines of the plan, never beyond what is committed.
by_month as (
    select
        contract_id, service_month,
        max(available_amount) as available_amount,
        {{ latest_value('used_to_date', ['contract_line_id']) }} as used_to_date
    from drawn
    where is_drawing
    group by contract_id, service_month
),

shared as (
    select
        committed.*,
        by_month.service_month as month,
        {{ part_of_money(
            'committed.transaction_price',
            money_to_integer(
                'greatest(0, least(by_month.used_to_date, by_month.available_amount))'
            ),
            money_to_integer('by_month.available_amount'), 'committed.minor_units'
        ) }} as amount_to_date
    from committed
    inner join by_month
        on
            committed.contract_id = by_month.contract_id
            and committed.last_month >= by_month.service_month
    where by_month.available_amount > 0
),

recognised as (
    select
        obligation_id, month,
        amount_to_date - coalesce(lag(amount_to_date) over (
            partition by obligation_id
            order by month
        ), 0) as amount
    from shared
),

-- What is never drawn is breakage in the last month, once that is over (IFRS 15.B46).
broken as (
    select
        committed.obligation_id, committed.last_month as month,
        committed.transaction_price - coalesce(sum(recognised.amount), 0) as amount_broken
    from committed
    cross join days
    left join recognised on committed.obligation_id = recognised.obligation_id
    where committed.last_month_ends_on <= days.as_of
    group by committed.obligation_id, committed.last_month, committed.transaction_price
),

all_months as (
    select obligation_id, month, amount, 0 as amount_broken
    from recognised
    union all
    select obligation_id, month, 0 as amount, amount_broken
    from broken
)

select
    obligation_id, month,
    cast(sum(amount) as {{ money_type() }}) as amount,
    cast(sum(amount_broken) as {{ money_type() }}) as amount_broken
from all_months
group by obligation_id, month
