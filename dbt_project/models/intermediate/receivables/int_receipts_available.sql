with

receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

-- Money that can be applied: somebody's, and not taken back by the bank.
available as (
    select
        receipts.receipt_id,
        receipts.customer_id,
        receipts.entity_id,
        receipts.currency,
        receipts.product_line,
        receipts.booked_on,
        coalesce(receipts.value_on, receipts.booked_on) as value_on,
        receipts.amount,
        coalesce(customers.receipt_application, 'auto') as receipt_application
    from receipts
    left join customers on receipts.customer_id = customers.customer_id
    where receipts.customer_id is not null and receipts.returned_on is null
),

ordered as (
    select
        *,
        row_number() over (order by value_on, receipt_id) as receipt_order
    from available
)

select * from ordered
