with

parts as (
    select * from {{ ref('int_commitment_parts_shared') }}
),

-- A cancelled commitment is what of it was begun.
totalled as (
    select
        contract_id,
        customer_id,
        entity_id,
        currency,
        min(service_from) as starts_on,
        max(least(service_to, cancelled_on)) as ends_on,
        max(cancelled_on) as cancelled_on,
        cast(sum(amount) as {{ money_type() }}) as committed_amount,
        cast(coalesce(sum(amount) filter (where is_begun), 0) as {{ money_type() }}) as begun_amount
    from parts
    where business_model = 'commitment_plan'
    group by contract_id, customer_id, entity_id, currency
)

select * from totalled
