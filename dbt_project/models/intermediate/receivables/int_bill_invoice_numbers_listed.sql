with

items as (
    select * from {{ ref('int_invoice_items_accepted') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

on_bills as (
    select
        items.bill_id,
        invoices.invoice_number,
        min(items.item_on) as item_on
    from items
    inner join invoices on items.invoice_id = invoices.invoice_id
    where items.bill_id is not null
    group by items.bill_id, invoices.invoice_number
)

-- The invoices a bill is on, in the order they came.
select
    bill_id,
    {{ join_text('invoice_number', ', ', 'item_on, invoice_number') }} as invoice_numbers
from on_bills
group by bill_id
