with

drawn as (
    select * from {{ ref('int_commitments_drawn') }}
),

cut as (
    select * from {{ ref('int_commitments_cut') }}
),

overages as (
    select
        contract_line_id, effective_on, service_month, service_from, service_to, overage_amount
    from drawn
    union all
    select
        contract_line_id, effective_on, service_month, service_from, service_to, overage_amount
    from cut
),

-- What a month uses beyond the commitment and what a cancellation cuts off are one overage.
summed as (
    select
        contract_line_id,
        effective_on,
        service_month,
        min(service_from) as service_from,
        max(service_to) as service_to,
        cast(sum(overage_amount) as {{ money_type() }}) as overage_amount
    from overages
    group by contract_line_id, effective_on, service_month
)

select * from summed
