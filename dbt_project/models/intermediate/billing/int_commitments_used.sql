with

priced as (
    select * from {{ ref('int_usage_priced') }}
),

limits as (
    select * from {{ ref('int_usage_limited') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

used as (
    select
        versions.contract_id,
        priced.contract_line_id,
        priced.effective_on,
        priced.service_month,
        priced.service_from,
        priced.service_to,
        priced.amount
    from priced
    inner join versions
        on priced.contract_line_id = versions.contract_line_id
        and priced.effective_on = versions.effective_on
    where priced.business_model = 'commitment_plan' and priced.amount <> 0
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
        effective_on,
        service_month,
        min(service_from) as service_from,
        max(service_to) as service_to,
        cast(sum(amount) as {{ money_type() }}) as amount
    from used
    group by contract_id, contract_line_id, effective_on, service_month
)

select * from monthly
