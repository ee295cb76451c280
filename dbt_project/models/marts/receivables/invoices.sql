with

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

segments as (
    select * from {{ ref('bill_invoice_receipt') }}
),

received as (
    select
        invoice_id,
        sum(amount) as amount
    from segments
    where invoice_id is not null and state in (
        'billed_invoiced_received', 'invoiced_in_advance_received', 'billed_written_off'
    )
    group by invoice_id
),

paid as (
    select
        invoices.*,
        coalesce(received.amount, 0) as received_amount
    from invoices
    left join received on invoices.invoice_id = received.invoice_id
)

select
    invoice_id,
    invoice_number,
    customer_id,
    entity_id,
    kind,
    currency,
    product_line,
    issued_on,
    due_on,
    amount,
    cast(received_amount as {{ money_type() }}) as received_amount,
    case
        when is_voided then 'voided'
        when reason is not null then 'refused'
        when received_amount = 0 then 'open'
        when received_amount < amount then 'part_paid'
        else 'paid'
    end as status,
    source_file,
    source_row
from paid
