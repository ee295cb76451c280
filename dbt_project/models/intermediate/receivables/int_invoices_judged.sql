with

invoices as (
    select * from {{ ref('int_invoices_drawn') }}
),

items as (
    select * from {{ ref('int_invoice_items_judged') }}
),

listed as (
    select * from {{ ref('int_invoice_items_listed') }}
),

amounts as (
    select
        invoice_id,
        sum(amount) as amount,
        min(product_line) as product_line
    from listed
    where item_kind = 'line'
    group by invoice_id
),

reasons as (
    select
        invoice_id,
        max(invoice_reason) as reason,
        coalesce(sum(case when item_kind = 'link' and not is_refused then amount end), 0)
            as linked_amount
    from items
    group by invoice_id
),

judged as (
    select
        invoices.invoice_id,
        invoices.invoice_number,
        invoices.customer_id,
        invoices.parent_customer_id,
        invoices.entity_id,
        invoices.kind,
        invoices.currency,
        coalesce(invoices.product_line, amounts.product_line) as product_line,
        invoices.issued_on,
        invoices.due_on,
        cast(coalesce(amounts.amount, 0) as {{ money_type() }}) as amount,
        cast(coalesce(reasons.linked_amount, 0) as {{ money_type() }}) as linked_amount,
        invoices.is_opening,
        invoices.is_voided,
        case
            when not invoices.is_customer_known then 'unknown_customer'
            else reasons.reason
        end as reason,
        invoices.source_file,
        invoices.source_row
    from invoices
    left join amounts on invoices.invoice_id = amounts.invoice_id
    left join reasons on invoices.invoice_id = reasons.invoice_id
)

select
    *,
    not is_voided and reason is null as is_live
from judged
