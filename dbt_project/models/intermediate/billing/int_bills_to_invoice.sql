{{ config(materialized='view') }}
with

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

items as (
    select * from {{ ref('int_invoice_items_judged') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

-- What stands on a bill counts, refused invoices and links too, until they are voided or mended.
counted as (
    select
        counts_on_bill_id as bill_id,
        sum(amount) as amount
    from items
    where counts_on_bill_id is not null and amount > 0
    group by counts_on_bill_id
),

-- Opening bills were invoiced by whoever billed them.
open_bills as (
    select
        bills.bill_id,
        bills.contract_id,
        bills.customer_id,
        bills.entity_id,
        bills.currency,
        bills.billing_month,
        contracts.invoice_grouping,
        contracts.invoice_limit,
        bills.gross_amount - coalesce(counted.amount, 0) as amount
    from bills
    inner join contracts on bills.contract_id = contracts.contract_id
    left join counted on bills.bill_id = counted.bill_id
    where bills.status = 'confirmed' and not bills.is_opening
),

grouped as (
    select
        bill_id,
        customer_id,
        entity_id,
        currency,
        invoice_grouping,
        invoice_limit,
        amount,
        invoice_grouping || '/' || case
            when invoice_grouping = 'combined'
                then customer_id || '/' || entity_id || '/' || currency
            else contract_id
        end || '/' || billing_month as request_group
    from open_bills
    where amount > 0
)

select * from grouped
