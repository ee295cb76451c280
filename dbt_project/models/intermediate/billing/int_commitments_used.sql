with

priced as (
    select * from {{ ref('int_usage_priced') }}
),

limits as (
    select * from {{ ref('int_usage_limited') }}
),

used as (
    select
        contract_id,
        contract_line_id,
        effective_on,
        service_month,
        service_from,
        service_to,
        amount
    from priced
    where business_model = 'commitment_plan' and amount is not null
    union all
    select
        contract_id,
        contract_line_id,
        effective_on,
        service_month,
        service_from,
        service_to,
        amount
    from limits
    where business_model = 'commitment_plan'
),

monthly as (
    select
        contract_id,
        contract_line_id,
        service_month,
        max(effective_on) as effective_on,
        min(service_from) as service_from,
        max(service_to) as service_to,
        cast(sum(amount) as {{ money_type() }}) as amount
    from used
    group by contract_id, contract_line_id, service_month
)

select * from monthly
