with

fired as (
    select * from {{ ref('int_bill_lines_fired') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

by_month as (
    select
        fired.bill_line_id,
        fired.obligation_id,
        fired.gross_amount,
        fired.net_amount,
        fired.minor_units,
        {{ month_of('fired.fired_on') }} as month,
        sum(fired.amount) as amount,
        {{ latest_value('fired.document_id', ['fired.fired_on', 'fired.document_id']) }}
            as document_id,
        max(fired.fired_on) as fired_on
    from fired
    cross join days
    where fired.fired_on <= days.as_of
    group by
        fired.bill_line_id, fired.obligation_id, fired.gross_amount, fired.net_amount,
        fired.minor_units, {{ month_of('fired.fired_on') }}
),

cumulated as (
    select
        *,
        sum(amount) over (
            partition by bill_line_id, obligation_id
            order by month
        ) as amount_to_date
    from by_month
),

-- Of each bill line net x covered / gross, rounded cumulatively.
shared as (
    select
        *,
        case
            when gross_amount <= 0 then net_amount
            else {{ part_of_money(
                'net_amount', money_to_integer('amount_to_date'),
                money_to_integer('gross_amount'), 'minor_units'
            ) }}
        end as net_to_date
    from cumulated
),

recognised as (
    select
        *,
        net_to_date - coalesce(lag(net_to_date) over (
            partition by bill_line_id, obligation_id
            order by month
        ), 0) as net_recognised
    from shared
),

-- One document an obligation and month, naming the last trigger.
documented as (
    select
        obligation_id,
        month,
        cast(sum(net_recognised) as {{ money_type() }}) as amount,
        {{ latest_value('document_id', ['fired_on', 'document_id']) }} as document_id
    from recognised
    group by obligation_id, month
)

select * from documented
