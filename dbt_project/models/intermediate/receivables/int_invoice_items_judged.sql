with

items as (
    select * from {{ ref('int_invoice_items_listed') }}
),

invoices as (
    select * from {{ ref('int_invoices_drawn') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

confirmed_bills as (
    select * from {{ ref('int_bills_receivable') }}
),

receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

-- What an item is measured against. Only same entity, currency and customer ever meet.
named as (
    select
        items.*, invoices.kind, invoices.is_opening,
        coalesce(invoices.is_voided, false) as is_voided,
        invoices.invoice_id is not null as is_invoice_known,
        bills.bill_id as known_bill_id, receipts.receipt_id as known_receipt_id,
        coalesce(confirmed_bills.gross_amount, 0) as bill_limit, receipts.amount as receipt_limit
    from items
    left join invoices on items.invoice_id = invoices.invoice_id
    left join bills
        on items.bill_id = bills.bill_id and invoices.currency = bills.currency
            and invoices.customer_id = bills.customer_id and invoices.entity_id = bills.entity_id
    left join confirmed_bills on items.bill_id = confirmed_bills.bill_id
    left join receipts
        on items.receipt_id = receipts.receipt_id and invoices.currency = receipts.currency
            and invoices.customer_id = receipts.customer_id
            and invoices.entity_id = receipts.entity_id
),

-- What counts: live items that name something of the invoice's customer. A void frees what it took.
counted as (
    select
        *,
        case when item_kind = 'link' or kind = 'bill' then known_bill_id end as counts_on_bill_id,
        case when item_kind = 'line' and kind = 'prepayment' then known_receipt_id end
            as counts_on_receipt_id
    from named
    where not is_voided
),

totalled as (
    select
        *,
        {{ running_total('greatest(amount, 0)', 'counts_on_bill_id', 'item_on, item_id, line_no') }}
            as total_on_bill,
        {{ running_total(
            'greatest(amount, 0)', 'counts_on_receipt_id', 'item_on, item_id, line_no'
        ) }} as total_on_receipt,
        sum(case when item_kind = 'line' then amount else 0 end) over (partition by invoice_id)
            as invoice_amount,
        {{ running_total(
            "case when item_kind = 'link' then amount else 0 end",
            'invoice_id', 'item_on, item_id, line_no'
        ) }} as total_linked
    from counted
),

judged as (
    select
        *,
        case
            when not is_invoice_known then 'unknown_invoice'
            when amount <= 0 then 'amount_not_above_zero'
            when item_kind = 'link' and kind = 'bill' then 'link_on_bill_invoice'
            when (item_kind = 'link' or kind = 'bill') and known_bill_id is null
                then 'no_bill_of_the_customer'
            when item_kind = 'line' and kind = 'prepayment' and known_receipt_id is null
                then 'no_receipt_of_the_customer'
            when item_kind = 'line' and kind = 'advance' and not is_opening and product_line is null
                then 'advance_without_product_line'
            when counts_on_bill_id is not null and total_on_bill > bill_limit then 'exceeds_bill'
            when counts_on_receipt_id is not null and total_on_receipt > receipt_limit
                then 'exceeds_receipt'
            when item_kind = 'link' and total_linked > invoice_amount then 'exceeds_invoice'
        end as reason
    from totalled
),

-- One line that does not hold refuses the whole invoice, and with it its links.
spread as (
    select
        *, max(case when item_kind = 'line' then reason end) over (partition by invoice_id)
            as invoice_reason
    from judged
)

select *, reason is not null or invoice_reason is not null as is_refused from spread
