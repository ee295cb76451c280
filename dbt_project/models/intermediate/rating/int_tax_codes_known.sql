with

tax_rates as (
    select * from {{ ref('tax_rates') }}
),

entities as (
    select * from {{ ref('legal_entities') }}
),

-- A rate without an entity is a rate of every entity.
known as (
    select
        tax_rates.tax_code,
        entities.entity_id
    from tax_rates
    inner join entities on entities.entity_id = coalesce(tax_rates.entity_id, entities.entity_id)
    group by tax_rates.tax_code, entities.entity_id
)

select * from known
