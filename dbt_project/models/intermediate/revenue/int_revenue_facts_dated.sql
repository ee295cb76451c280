{{ config(materialized='view') }}
with

transactions as (
    select * from {{ ref('recognition_transactions') }}
),

billed as (
    select * from {{ ref('int_contracts_billed') }}
),

settled as (
    select * from {{ ref('int_bill_lines_settled') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

facts as (
    select
        transactions.entity_id,
        transactions.contract_id,
        transactions.product_id,
        transactions.currency,
        transactions.posting_month as month,
        least({{ month_end('transactions.economic_month') }}, days.as_of) as dated_on,
        transactions.amount as recognised,
        0 as billed,
        0 as tax,
        0 as invoiced,
        0 as received
    from transactions
    cross join days
    union all
    select
        entity_id, contract_id, product_id, currency, month, dated_on,
        0 as recognised,
        net_amount as billed,
        tax_amount as tax,
        0 as invoiced,
        0 as received
    from billed
    union all
    select
        entity_id, contract_id, product_id, currency, posting_month, covered_on,
        0 as recognised,
        0 as billed,
        0 as tax,
        case when covered_by = 'invoice' then amount else 0 end as invoiced,
        case when covered_by = 'receipt' then amount else 0 end as received
    from settled
),

dated as (
    select
        facts.*,
        entities.functional_currency
    from facts
    inner join entities on facts.entity_id = entities.entity_id
)

select * from dated
