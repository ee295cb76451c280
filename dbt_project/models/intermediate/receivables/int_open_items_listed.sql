with

segments as (
    select * from {{ ref('bill_invoice_receipt') }}
),

money as (
    select * from {{ ref('int_money_unapplied') }}
),

applications as (
    select * from {{ ref('int_applications_netted') }}
),

adjustments as (
    select * from {{ ref('int_adjustments_accepted') }}
),

receipts as (
    select * from {{ ref('int_receipts_available') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

unreceived as (
    select
        entity_id, customer_id, product_line, currency,
        billed_on,
        coalesce(issued_on, billed_on) as invoiced_on,
        amount as outstanding,
        cast(0 as {{ money_type() }}) as unapplied
    from segments
    where state in ('billed_invoiced_unreceived', 'billed_uninvoiced_unreceived')
),

-- Unapplied stands negative: money with nowhere to go yet, prepaid money,
unapplied as (
    select
        money.entity_id, money.customer_id, money.product_line, money.currency,
        receipts.booked_on as billed_on, receipts.booked_on as invoiced_on, 0 as outstanding,
        -money.amount as unapplied
    from money
    inner join receipts on money.receipt_id = receipts.receipt_id
),

-- money on invoices that no bill has claimed,
on_invoices as (
    select
        invoices.entity_id, invoices.customer_id, invoices.product_line, invoices.currency,
        receipts.booked_on as billed_on, receipts.booked_on as invoiced_on, 0 as outstanding,
        -applications.amount as unapplied
    from applications
    inner join invoices on applications.invoice_id = invoices.invoice_id
    inner join receipts on applications.receipt_id = receipts.receipt_id
    where applications.bill_id is null
),

-- and adjustments that name no bill.
adjusted as (
    select
        entity_id, customer_id, product_line, currency,
        dated_on as billed_on, dated_on as invoiced_on, 0 as outstanding, -amount as unapplied
    from adjustments
    where bill_id is null
),

listed as (
    select * from unreceived
    union all
    select * from unapplied
    union all
    select * from on_invoices
    union all
    select * from adjusted
)

select
    entity_id, customer_id, product_line, currency,
    billed_on, invoiced_on,
    cast(sum(outstanding) as {{ money_type() }}) as outstanding,
    cast(sum(unapplied) as {{ money_type() }}) as unapplied
from listed
group by entity_id, customer_id, product_line, currency, billed_on, invoiced_on
