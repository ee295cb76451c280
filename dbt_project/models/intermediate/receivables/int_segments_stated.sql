{{ config(materialized='view') }}
with

bill_segments as (
    select * from {{ ref('int_bill_segments_stated') }}
),

invoice_rests as (
    select * from {{ ref('int_invoice_rests_stated') }}
),

receipt_rests as (
    select * from {{ ref('int_receipt_rests_stated') }}
),

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

receipts as (
    select * from {{ ref('int_receipts_available') }}
),

adjustments as (
    select * from {{ ref('int_adjustments_accepted') }}
),

credits as (
    select * from {{ ref('int_credits_available') }}
),

unioned as (
    select
        bill_id, invoice_id, receipt_id, grant_id, is_written_off,
        cast(null as varchar) as product_line, amount, state
    from bill_segments
    union all
    select
        cast(null as varchar) as bill_id, invoice_id, receipt_id,
        cast(null as varchar) as grant_id, false as is_written_off, product_line, amount, state
    from invoice_rests
    union all
    select
        cast(null as varchar) as bill_id, cast(null as varchar) as invoice_id, receipt_id,
        cast(null as varchar) as grant_id, false as is_written_off, product_line, amount, state
    from receipt_rests
),

-- A segment is its bill's, else its invoice's, else its receipt's customer's.
dated as (
    select
        unioned.bill_id,
        unioned.invoice_id,
        unioned.receipt_id,
        unioned.grant_id,
        coalesce(bills.customer_id, invoices.customer_id, receipts.customer_id) as customer_id,
        coalesce(bills.entity_id, invoices.entity_id, receipts.entity_id) as entity_id,
        coalesce(bills.product_line, unioned.product_line, invoices.product_line)
            as product_line,
        coalesce(bills.currency, invoices.currency, receipts.currency) as currency,
        unioned.amount,
        unioned.state,
        bills.billed_on,
        invoices.issued_on,
        coalesce(receipts.booked_on, adjustments.dated_on, credits.granted_on) as received_on
    from unioned
    left join bills on unioned.bill_id = bills.bill_id
    left join invoices on unioned.invoice_id = invoices.invoice_id
    left join receipts on unioned.receipt_id = receipts.receipt_id
    left join adjustments
        on unioned.grant_id = adjustments.adjustment_id and unioned.is_written_off
    left join credits on unioned.grant_id = credits.grant_id and not unioned.is_written_off
)

select * from dated
