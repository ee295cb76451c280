with

words as (
    select * from {{ ref('int_remittance_words_split') }}
),

receipts as (
    select * from {{ ref('int_receipts_left_after_instructed') }}
),

bills as (
    select * from {{ ref('int_bills_left_after_instructed') }}
),

payable as (
    select * from {{ ref('int_bills_payable') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

items as (
    select * from {{ ref('int_invoice_items_left_after_instructed') }}
),

invoice_totals as (
    select
        invoice_id,
        sum(left_amount) as open_amount
    from items
    group by invoice_id
),

bill_numbers as (
    select
        payable.payer_id,
        bills.entity_id,
        bills.currency,
        upper(bills.bill_number) as number,
        'bill' as item_kind,
        bills.bill_id as item_id,
        bills.left_amount as open_amount
    from payable
    inner join bills on payable.bill_id = bills.bill_id
),

invoice_payers as (
    select invoice_id, customer_id as payer_id from invoices where is_live
    union all
    select invoice_id, parent_customer_id as payer_id from invoices
    where is_live and parent_customer_id <> customer_id
),

invoice_numbers as (
    select
        invoice_payers.payer_id,
        invoices.entity_id,
        invoices.currency,
        upper(invoices.invoice_number) as number,
        'invoice' as item_kind,
        invoices.invoice_id as item_id,
        invoice_totals.open_amount
    from invoice_payers
    inner join invoices on invoice_payers.invoice_id = invoices.invoice_id
    inner join invoice_totals on invoices.invoice_id = invoice_totals.invoice_id
),

numbers as (
    select * from bill_numbers
    union all
    select * from invoice_numbers
),

-- A number named twice is named where it stands first.
found as (
    select
        receipts.receipt_id,
        receipts.receipt_order,
        receipts.left_amount,
        numbers.item_kind,
        numbers.item_id,
        numbers.open_amount,
        min(words.position) as position
    from receipts
    inner join words on receipts.receipt_id = words.receipt_id
    inner join numbers
        on words.word = numbers.number
            and receipts.customer_id = numbers.payer_id
            and receipts.entity_id = numbers.entity_id
            and receipts.currency = numbers.currency
    where receipts.left_amount > 0 and numbers.open_amount > 0
    group by
        receipts.receipt_id, receipts.receipt_order, receipts.left_amount,
        numbers.item_kind, numbers.item_id, numbers.open_amount
)

select * from found
