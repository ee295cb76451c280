-- What each contract line is charged for a service month, by today's terms and by the plan's. Both
-- are what the terms come to in full, not what was posted; a month in progress as far as rated.
with

today as (
    select * from {{ source('whatif', 'charges_today') }}
),

planned as (
    select * from {{ source('whatif', 'charges_planned') }}
),

months as (
    select * from {{ source('whatif', 'months') }}
),

charges as (
    select
        customer_id,
        contract_id,
        contract_line_id,
        account_id,
        line_kind,
        service_month,
        currency,
        net_amount as net_today,
        gross_amount as gross_today,
        0 as net_planned,
        0 as gross_planned
    from today
    union all
    select
        customer_id,
        contract_id,
        contract_line_id,
        account_id,
        line_kind,
        service_month,
        currency,
        0 as net_today,
        0 as gross_today,
        net_amount as net_planned,
        gross_amount as gross_planned
    from planned
),

asked as (
    select charges.*
    from charges
    where exists (
        select 1 from months
        where charges.service_month between months.first_month and months.last_month
    )
),

compared as (
    select
        customer_id,
        contract_id,
        contract_line_id,
        account_id,
        line_kind,
        service_month as month,
        currency,
        cast(sum(net_today) as {{ money_type() }}) as net_today,
        cast(sum(net_planned) as {{ money_type() }}) as net_planned,
        cast(sum(net_planned - net_today) as {{ money_type() }}) as net_difference,
        cast(sum(gross_today) as {{ money_type() }}) as gross_today,
        cast(sum(gross_planned) as {{ money_type() }}) as gross_planned,
        cast(sum(gross_planned - gross_today) as {{ money_type() }}) as gross_difference
    from asked
    group by
        customer_id, contract_id, contract_line_id, account_id, line_kind, service_month, currency
)

select * from compared
