with

usage as (
    select * from {{ ref('int_usage_assigned') }}
),

by_account as (
    select
        contract_line_id,
        effective_on,
        account_id,
        {{ month_of('used_on') }} as service_month,
        sum(events) as events,
        {{ quantity_within('sum(quantity)') }} as quantity
    from usage
    where reason is null
    group by contract_line_id, effective_on, account_id, {{ month_of('used_on') }}
)

select * from by_account
