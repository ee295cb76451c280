with

shared as (
    select * from {{ ref('int_applications_shared') }}
),

posted as (
    select * from {{ ref('stg_posted__receipt_applications') }}
),

receipts as (
    select * from {{ ref('int_receipts_available') }}
),

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

splits as (
    select * from {{ ref('stg_operations__receipt_splits') }}
),

-- The same pair may be applied again after a close: the count of what is posted tells them apart.
posted_counts as (
    select
        receipt_id, bill_id, invoice_id, stage, split_id,
        count(*) as times
    from posted
    where reverses_id is null
    group by receipt_id, bill_id, invoice_id, stage, split_id
),

-- Dated when both the money and the bill are there, never before the receipt's booking.
dated as (
    select
        md5(concat_ws(
            '|', shared.receipt_id, coalesce(shared.bill_id, ''), coalesce(shared.invoice_id, ''),
            shared.stage, coalesce(shared.split_id, ''),
            cast(coalesce(posted_counts.times, 0) as varchar)
        )) as application_id,
        shared.receipt_id,
        shared.bill_id,
        shared.invoice_id,
        coalesce(bills.product_line, invoices.product_line) as product_line,
        shared.amount,
        greatest(
            receipts.value_on, receipts.booked_on, coalesce(bills.billed_on, invoices.issued_on)
        ) as applied_on,
        shared.stage,
        cast(null as varchar) as grant_id,
        cast(null as varchar) as reverses_id,
        receipts.entity_id,
        receipts.customer_id,
        coalesce(bills.customer_id, invoices.customer_id) as bill_customer_id,
        receipts.currency,
        shared.split_id,
        coalesce(
            case when shared.stage = 'designated' then splits.product_line end,
            receipts.product_line
        ) as money_product_line
    from shared
    inner join receipts on shared.receipt_id = receipts.receipt_id
    left join bills on shared.bill_id = bills.bill_id
    left join invoices on shared.invoice_id = invoices.invoice_id
    left join splits on shared.split_id = splits.split_id
    left join posted_counts
        on shared.receipt_id = posted_counts.receipt_id
            and shared.bill_id is not distinct from posted_counts.bill_id
            and shared.invoice_id is not distinct from posted_counts.invoice_id
            and shared.stage = posted_counts.stage
            and shared.split_id is not distinct from posted_counts.split_id
)

select * from dated
