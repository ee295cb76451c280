with

items as (
    select * from {{ ref('int_invoice_items_judged') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
)

-- A prepayment invoice and the receipts it was drawn on, each up to its lines.
select
    invoices.invoice_id,
    invoices.issued_on,
    invoices.amount - invoices.linked_amount as rest_amount,
    items.receipt_id,
    sum(items.amount) as amount
from invoices
inner join items on invoices.invoice_id = items.invoice_id
where invoices.is_live and invoices.kind = 'prepayment' and items.item_kind = 'line'
group by
    invoices.invoice_id, invoices.issued_on, invoices.amount, invoices.linked_amount,
    items.receipt_id
