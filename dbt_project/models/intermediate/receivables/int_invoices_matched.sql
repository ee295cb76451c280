with

receipts as (
    select * from {{ ref('int_receipts_left_after_referenced') }}
),

bills_matched as (
    select * from {{ ref('int_bills_matched') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

items as (
    select * from {{ ref('int_invoice_items_left_after_referenced') }}
),

-- The state after the bills: a bill that was matched has nothing open.
items_open as (
    select
        items.invoice_id, items.bill_id, items.item_no,
        case when bills_matched.bill_id is null then items.left_amount else 0 end as left_amount
    from items
    left join bills_matched on items.bill_id = bills_matched.bill_id
),

totals as (
    select
        invoice_id, sum(left_amount) as open_amount
    from items_open
    group by invoice_id
),

payers as (
    select invoice_id, customer_id as payer_id, entity_id, currency from invoices where is_live
    union all
    select invoice_id, parent_customer_id as payer_id, entity_id, currency from invoices
    where is_live and parent_customer_id <> customer_id
),

-- Two candidates are no match.
alone as (
    select
        payers.payer_id, payers.entity_id, payers.currency, totals.open_amount,
        min(totals.invoice_id) as invoice_id
    from payers
    inner join totals on payers.invoice_id = totals.invoice_id
    where totals.open_amount > 0
    group by payers.payer_id, payers.entity_id, payers.currency, totals.open_amount
    having count(*) = 1
),

-- Of several receipts for one invoice the first has it.
matched as (
    select
        receipts.receipt_id, receipts.receipt_order, alone.invoice_id,
        row_number() over (partition by alone.invoice_id order by receipts.receipt_order)
            as receipt_rank
    from receipts
    left join bills_matched on receipts.receipt_id = bills_matched.receipt_id
    inner join alone
        on receipts.customer_id = alone.payer_id
            and receipts.entity_id = alone.entity_id
            and receipts.currency = alone.currency
            and receipts.left_amount = alone.open_amount
    where bills_matched.receipt_id is null
),

pieces as (
    select
        matched.receipt_id, matched.receipt_order, items_open.invoice_id, items_open.bill_id,
        items_open.left_amount as amount
    from matched
    inner join items_open on matched.invoice_id = items_open.invoice_id
    where matched.receipt_rank = 1 and items_open.left_amount > 0
),

-- Of invoices that share a bill the first receipt's has it.
ranked as (
    select
        *,
        min(receipt_order) over (partition by bill_id) as first_on_bill
    from pieces
),

kept as (
    select
        *,
        max(case when bill_id is not null and first_on_bill < receipt_order then 1 else 0 end)
            over (partition by receipt_id) as comes_later
    from ranked
)

select
    receipt_id, bill_id, invoice_id,
    sum(amount) as amount
from kept
where comes_later = 0
group by receipt_id, bill_id, invoice_id
