{{ config(materialized='view') }}
with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

straight_lines as (
    select * from {{ ref('int_straight_lines_scheduled') }}
),

expected as (
    select * from {{ ref('int_recognitions_expected') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

on_a_line as (
    select obligation_id
    from straight_lines
    group by obligation_id
),

-- What documents or usage date, by month.
dated as (
    select
        expected.obligation_id,
        expected.economic_month as month,
        expected.amount
    from expected
    left join on_a_line on expected.obligation_id = on_a_line.obligation_id
    where on_a_line.obligation_id is null
),

dated_totals as (
    select
        obligation_id,
        sum(amount) as amount
    from dated
    group by obligation_id
),

-- What no document dates yet stands in the term's last month, or in the books' month if that is
-- later.
undated as (
    select
        obligations.obligation_id,
        greatest(
            coalesce({{ month_of('coalesce(obligations.cancelled_on, obligations.ends_on)') }}, ''),
            days.as_of_month
        ) as month,
        obligations.transaction_price - coalesce(dated_totals.amount, 0) as amount
    from obligations
    cross join days
    left join dated_totals on obligations.obligation_id = dated_totals.obligation_id
    left join on_a_line on obligations.obligation_id = on_a_line.obligation_id
    where
        on_a_line.obligation_id is null
        and obligations.transaction_price <> coalesce(dated_totals.amount, 0)
),

by_document as (
    select
        obligation_id,
        month,
        cast(sum(amount) as {{ money_type() }}) as amount
    from (
        select * from dated
        union all
        select * from undated
    ) as both_kinds
    group by obligation_id, month
),

scheduled as (
    select
        obligation_id,
        month,
        amount,
        amount_to_date
    from straight_lines
    union all
    select
        obligation_id,
        month,
        amount,
        cast(sum(amount) over (
            partition by obligation_id
            order by month
        ) as {{ money_type() }}) as amount_to_date
    from by_document
)

select * from scheduled
