{{ config(materialized='view') }}
with

by_month as (
    select * from {{ ref('int_revenue_facts_converted') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

accumulated as (
    select
        *,
        sum(billed - recognised) over so_far as position,
        sum(functional_billed - functional_recognised) over so_far as functional_position,
        lead(month) over so_far as next_month
    from by_month
    window so_far as (
        partition by contract_id, product_id, currency, entity_id order by month
    )
),

-- The calendar cut to what can match: a join by range costs its length for every product.
elapsed as (
    select month from months
    where month between
        (select min(month) from by_month) and (select max(as_of_month) from entities)
),

-- A position stands until the product's next fact, in every month up to the entity's own.
listed as (
    select
        accumulated.entity_id, accumulated.contract_id, accumulated.product_id,
        accumulated.currency, accumulated.functional_currency, elapsed.month,
        elapsed.month = accumulated.month as is_moved,
        accumulated.position, accumulated.functional_position,
        accumulated.recognised, accumulated.billed, accumulated.invoiced, accumulated.received,
        accumulated.tax, accumulated.functional_recognised, accumulated.functional_billed,
        accumulated.functional_invoiced, accumulated.functional_received, accumulated.functional_tax
    from accumulated
    inner join entities on accumulated.entity_id = entities.entity_id
    inner join elapsed
        on elapsed.month >= accumulated.month
            and elapsed.month <= entities.as_of_month
            and elapsed.month < coalesce(accumulated.next_month, '9999-12')
)

select
    entity_id, contract_id, product_id, currency, functional_currency, month,
    case when is_moved then recognised else 0 end as recognised,
    case when is_moved then billed else 0 end as billed,
    case when is_moved then invoiced else 0 end as invoiced,
    case when is_moved then received else 0 end as received,
    case when is_moved then tax else 0 end as tax,
    case when is_moved then functional_recognised else 0 end as functional_recognised,
    case when is_moved then functional_billed else 0 end as functional_billed,
    case when is_moved then functional_invoiced else 0 end as functional_invoiced,
    case when is_moved then functional_received else 0 end as functional_received,
    case when is_moved then functional_tax else 0 end as functional_tax,
    position,
    case when is_moved then functional_position else coalesce(functional_position, 0) end
        as functional_position
from listed
