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

-- Each milestone's part of the price: its own amount, unless a bundle shares in or out.
fired as (
    select
        obligations.obligation_id,
        obligations.transaction_price,
        obligations.minor_units,
        {{ month_of('agreements.completed_on') }} as month,
        agreements.completed_on,
        agreements.document_id,
        agreements.net_amount,
        {{ fires('approvals.decision', 'obligations.source_approval') }} as is_fired,
        sum(agreements.net_amount) over (
            partition by obligations.obligation_id
        ) as net_whole
    from obligations
    inner join agreements on obligations.contract_line_id = agreements.contract_line_id
    left join approvals
        on
            approvals.document_type = 'source'
            and agreements.document_id = approvals.document_id
            and obligations.entity_id = approvals.entity_id
    where obligations.method = 'milestone' and obligations.is_recognised
),

by_month as (
    select
        obligation_id,
        transaction_price,
        minor_units,
        net_whole,
        month,
        sum(net_amount) as net_amount,
        {{ latest_value('document_id', ['completed_on', 'document_id']) }} as document_id
    from fired
    where is_fired and month is not null and net_whole <> 0
    group by obligation_id, transaction_price, minor_units, net_whole, month
),

cumulated as (
    select
        *,
        sum(net_amount) over (
            partition by obligation_id
            order by month
        ) as net_to_date
    from by_month
),

shared as (
    select
        *,
        {{ part_of_money(
            'transaction_price', money_to_integer('net_to_date'),
            money_to_integer('net_whole'), 'minor_units'
        ) }} as amount_to_date
    from cumulated
),

recognised as (
    select
        obligation_id,
        month,
        cast(amount_to_date - coalesce(lag(amount_to_date) over (
            partition by obligation_id
            order by month
        ), 0) as {{ money_type() }}) as amount,
        document_id
    from shared
)

select * from recognised
