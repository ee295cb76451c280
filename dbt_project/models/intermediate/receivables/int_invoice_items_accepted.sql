with

items as (
    select * from {{ ref('int_invoice_items_judged') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

-- Money falls through an invoice to the bills under it in line order, then to its links.
on_bills as (
    select
        items.invoice_id,
        items.bill_id,
        items.item_kind,
        items.item_id,
        items.line_no,
        items.item_on,
        items.amount
    from items
    inner join invoices on items.invoice_id = invoices.invoice_id
    where
        invoices.is_live
        and not items.is_refused
        and items.counts_on_bill_id is not null
),

-- What no link has claimed of an invoice in advance stays on the invoice.
rests as (
    select
        invoice_id,
        cast(null as varchar) as bill_id,
        'rest' as item_kind,
        invoice_id as item_id,
        0 as line_no,
        issued_on as item_on,
        amount - linked_amount as amount
    from invoices
    where is_live and kind in ('advance', 'prepayment') and amount > linked_amount
),

accepted as (
    select * from on_bills
    union all
    select * from rests
),

ordered as (
    select
        *,
        row_number() over (
            partition by invoice_id
            order by
                case item_kind when 'line' then 1 when 'link' then 2 else 3 end,
                case when item_kind = 'line' then line_no end nulls last,
                item_on, item_id
        ) as item_no
    from accepted
)

select * from ordered
