with

charges as (
    select * from {{ ref('int_charges_priced') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

-- Usage is earned in the month it is used, whether it is billed yet or not; minimum and maximum
-- belong to it.
earned as (
    select
        charges.contract_line_id,
        charges.service_month,
        cast(sum(charges.net_amount) as {{ money_type() }}) as net_amount
    from charges
    inner join lines on charges.contract_line_id = lines.contract_line_id
    where charges.line_kind not in ('fixed', 'milestone', 'commitment')
    group by charges.contract_line_id, charges.service_month
)

select * from earned
