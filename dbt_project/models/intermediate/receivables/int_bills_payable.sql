{{ config(materialized='view') }}
with

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

-- A payer meets its own bills and, in the first three stages, those of its children.
own as (
    select
        customer_id as payer_id,
        true as is_own,
        bill_id,
        entity_id,
        currency
    from bills
),

of_children as (
    select
        parent_customer_id as payer_id,
        false as is_own,
        bill_id,
        entity_id,
        currency
    from bills
    where parent_customer_id <> customer_id
),

payable as (
    select * from own
    union all
    select * from of_children
)

select * from payable
