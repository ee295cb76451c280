with

charges as (
    select * from {{ ref('int_charges_priced') }}
),

billed as (
    select * from {{ ref('int_charges_expected') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

-- A goodwill credit on usage lowers what the bill's month has earned.
counted as (
    select contract_line_id, service_month, net_amount
    from charges
    where line_kind not in ('fixed', 'milestone', 'commitment')
    union all
    select billed.contract_line_id, billed.billing_month, billed.net_amount
    from billed
    inner join lines on billed.contract_line_id = lines.contract_line_id
    where
        billed.line_kind = 'credit'
        and lines.charge_model not in ('fixed', 'milestone', 'commitment')
),

-- Usage is earned in the month it is used, whether it is billed yet or not; minimum and maximum
-- belong to it.
earned as (
    select
        counted.contract_line_id,
        counted.service_month,
        cast(sum(counted.net_amount) as {{ money_type() }}) as net_amount
    from counted
    inner join lines on counted.contract_line_id = lines.contract_line_id
    group by counted.contract_line_id, counted.service_month
)

select * from earned
