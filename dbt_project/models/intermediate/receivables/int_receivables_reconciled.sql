with

of_segments as (
    select * from {{ ref('int_segments_compared') }}
),

of_receipts as (
    select * from {{ ref('int_receipts_compared') }}
),

of_ageing as (
    select * from {{ ref('int_ageing_compared') }}
),

of_invoices as (
    select * from {{ ref('int_invoices_compared') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

compared as (
    select * from of_segments
    union all
    select * from of_receipts
    union all
    select * from of_ageing
    union all
    select * from of_invoices
),

summed as (
    select
        compared.check_name,
        compared.entity_id,
        entities.as_of_month as month,
        compared.currency,
        cast(sum(compared.expected) as {{ money_type() }}) as expected,
        cast(sum(compared.actual) as {{ money_type() }}) as actual
    from compared
    inner join entities on compared.entity_id = entities.entity_id
    group by
        compared.check_name, compared.entity_id, entities.as_of_month, compared.currency
)

select * from summed
