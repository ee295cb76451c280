with

seen as (
    select * from {{ ref('int_splits_seen') }}
),

receipts as (
    select * from {{ ref('int_receipts_available') }}
),

all_receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

booked_receipts as (
    select receipt_id from {{ ref('int_bank_entries_loaded') }} where receipt_id is not null
    union
    select opening_id from {{ ref('stg_operations__opening_balances') }} where kind = 'receipt'
),

all_bills as (
    select * from {{ ref('int_bills_totalled') }}
),

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

all_invoices as (
    select * from {{ ref('stg_operations__invoices') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- What each split names, and what is known of it. Only same entity, currency and family ever meet.
named as (
    select
        seen.split_id, seen.receipt_id, seen.target, seen.bill_id, seen.invoice_id,
        seen.product_line,
        cast(seen.amount as {{ money_type() }}) as amount,
        seen.split_on, seen.is_posted, receipts.receipt_order, receipts.customer_id,
        receipts.entity_id, receipts.currency,
        case
            when booked_receipts.receipt_id is null and all_receipts.receipt_id is null
                then 'unknown_receipt'
            when all_receipts.receipt_id is null then 'unseen'
            when all_receipts.returned_on is not null then 'returned'
            when receipts.receipt_id is null then 'unidentified'
            when seen.amount <= 0 then 'amount_not_above_zero'
            when seen.target = 'bill' and all_bills.bill_id is null then 'unknown_bill'
            when seen.target = 'invoice' and invoices.invoice_id is null
                and (all_invoices.invoice_id is null or all_invoices.issued_on <= run_days.as_of)
                then 'unknown_invoice'
            when seen.target = 'bill' and (
                    all_bills.entity_id <> receipts.entity_id
                    or all_bills.currency <> receipts.currency
                    or all_bills.customer_id <> receipts.customer_id
                    and coalesce(bill_customers.parent_customer_id, '') <> receipts.customer_id
                ) then 'bill_of_another_account'
            when seen.target = 'invoice' and (
                    invoices.entity_id <> receipts.entity_id
                    or invoices.currency <> receipts.currency
                    or invoices.customer_id <> receipts.customer_id
                    and coalesce(invoices.parent_customer_id, '') <> receipts.customer_id
                ) then 'invoice_of_another_account'
            when seen.target = 'invoice' and invoices.kind = 'prepayment' then 'prepayment_invoice'
            when seen.target = 'invoice' and invoices.is_voided then 'voided_invoice'
            when seen.target = 'invoice' and not invoices.is_live then 'refused_invoice'
        end as reason,
        (seen.target = 'bill' and bills.bill_id is null)
        or (seen.target = 'invoice' and invoices.invoice_id is null)
        or (seen.target in ('refund', 'bank_charge') and seen.split_on > run_days.as_of)
        or seen.waits_for_charge as is_waiting,
        seen.split_order, seen.source_file, seen.source_row
    from seen
    cross join run_days
    left join all_receipts on seen.receipt_id = all_receipts.receipt_id
    left join booked_receipts on seen.receipt_id = booked_receipts.receipt_id
    left join receipts on seen.receipt_id = receipts.receipt_id
    left join all_bills on seen.target = 'bill' and seen.bill_id = all_bills.bill_id
    left join bills on seen.target = 'bill' and seen.bill_id = bills.bill_id
    left join customers as bill_customers on all_bills.customer_id = bill_customers.customer_id
    left join invoices on seen.target = 'invoice' and seen.invoice_id = invoices.invoice_id
    left join all_invoices on seen.target = 'invoice' and seen.invoice_id = all_invoices.invoice_id
)

select * from named
