with

applications as (
    select * from {{ ref('int_applications_known') }}
),

receipts as (
    select * from {{ ref('int_receipts_available') }}
),

-- What stands of each receipt on each bill and invoice, reversals taken off.
netted as (
    select
        receipt_id,
        bill_id,
        invoice_id,
        sum(amount) as amount
    from applications
    group by receipt_id, bill_id, invoice_id
)

select
    netted.receipt_id,
    netted.bill_id,
    netted.invoice_id,
    netted.amount,
    receipts.receipt_order,
    receipts.value_on
from netted
inner join receipts on netted.receipt_id = receipts.receipt_id
where netted.amount > 0
