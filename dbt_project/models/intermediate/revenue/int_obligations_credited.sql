with

charges as (
    select * from {{ ref('int_charges_expected') }}
),

obligations as (
    select * from {{ ref('int_obligations_priced') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

-- Goodwill lowers the price of what its bill holds: of a line without an end, of that period.
credited as (
    select
        obligations.obligation_id,
        charges.billing_month as month,
        cast(sum(charges.net_amount) as {{ money_type() }}) as amount
    from charges
    inner join lines on charges.contract_line_id = lines.contract_line_id
    inner join obligations
        on
            charges.contract_line_id = obligations.contract_line_id
            and (
                not lines.is_open_ended
                or charges.service_from between obligations.starts_on and obligations.ends_on
            )
    where
        charges.line_kind = 'credit'
        and lines.charge_model in ('fixed', 'milestone', 'commitment')
    group by obligations.obligation_id, charges.billing_month
)

select * from credited
