with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

agreements as (
    select * from {{ ref('int_agreements_priced') }}
),

approvals as (
    select * from {{ ref('int_approvals_decided') }}
),

credits as (
    select * from {{ ref('int_obligations_credited') }}
),

-- Each milestone's part of the price: its own amount, unless a bundle shares in or out.
fired as (
    select
        obligations.obligation_id, obligations.transaction_price, obligations.minor_units,
        {{ month_of('agreements.completed_on') }} as month,
        agreements.completed_on, agreements.document_id, agreements.net_amount,
        {{ fires('approvals.decision', 'obligations.source_approval') }} as is_fired,
        sum(agreements.net_amount) over (partition by obligations.obligation_id) as net_whole,
        row_number() over (partition by obligations.obligation_id order by agreements.item)
            as item_rank
    from obligations
    inner join agreements on obligations.contract_line_id = agreements.contract_line_id
    left join approvals
        on
            approvals.document_type = 'source'
            and agreements.document_id = approvals.document_id
            and obligations.entity_id = approvals.entity_id
    where obligations.method = 'milestone' and obligations.is_recognised
),

-- Months in which a milestone is completed, or goodwill lowers the price of all of them.
events as (
    select
        obligation_id, transaction_price, minor_units, net_whole, month, net_amount,
        0 as credit_amount, completed_on, document_id
    from fired
    where is_fired and month is not null and net_whole <> 0
    union all
    select
        fired.obligation_id, fired.transaction_price, fired.minor_units, fired.net_whole,
        credits.month, 0 as net_amount, credits.amount as credit_amount,
        cast(null as date) as completed_on, cast(null as varchar) as document_id
    from credits
    inner join fired on credits.obligation_id = fired.obligation_id and fired.item_rank = 1
    where fired.net_whole <> 0
),

by_month as (
    select
        obligation_id, transaction_price, minor_units, net_whole, month,
        sum(net_amount) as net_amount, sum(credit_amount) as credit_amount,
        {{ latest_value('document_id', ['completed_on', 'document_id']) }} as document_id
    from events
    group by obligation_id, transaction_price, minor_units, net_whole, month
),

-- The price of a month knows the credits up to it.
cumulated as (
    select
        *,
        sum(net_amount) over (partition by obligation_id order by month) as net_to_date,
        transaction_price - sum(credit_amount) over (partition by obligation_id)
        + sum(credit_amount) over (partition by obligation_id order by month) as price
    from by_month
),

shared as (
    select
        *,
        {{ part_of_money(
            'price', money_to_integer('net_to_date'), money_to_integer('net_whole'), 'minor_units'
        ) }} as amount_to_date,
        {{ part_of_money(
            'price', money_to_integer('net_to_date - net_amount'), money_to_integer('net_whole'),
            'minor_units'
        ) }} as amount_earlier
    from cumulated
),

-- A credit catches up what earlier milestones had recognised.
recognised as (
    select *,
        coalesce(lag(amount_to_date) over (partition by obligation_id order by month), 0)
            as amount_before
    from shared
)

select
    obligation_id, month, document_id,
    cast(amount_to_date - amount_earlier as {{ money_type() }}) as amount,
    cast(amount_earlier - amount_before as {{ money_type() }}) as amount_caught_up
from recognised
