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
        'recognised' as figure,
        least({{ month_end('transactions.economic_month') }}, days.as_of) as dated_on,
        transactions.amount
    from transactions
    cross join days
    union all
    select entity_id, contract_id, product_id, currency, month, 'billed', dated_on, net_amount
    from billed
    union all
    select entity_id, contract_id, product_id, currency, month, 'tax', dated_on, tax_amount
    from billed
    union all
    select
        entity_id, contract_id, product_id, currency, posting_month,
        case covered_by when 'invoice' then 'invoiced' else 'received' end, covered_on, amount
    from settled
),

summed as (
    select
        facts.entity_id,
        facts.contract_id,
        facts.product_id,
        facts.currency,
        facts.month,
        facts.figure,
        facts.dated_on,
        entities.functional_currency,
        cast(sum(facts.amount) as {{ money_type() }}) as amount
    from facts
    inner join entities on facts.entity_id = entities.entity_id
    group by
        facts.entity_id, facts.contract_id, facts.product_id, facts.currency, facts.month,
        facts.figure, facts.dated_on, entities.functional_currency
)

select * from summed
