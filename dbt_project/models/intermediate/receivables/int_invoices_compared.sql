{{ config(materialized='view') }}
with

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

settled as (
    select * from {{ ref('int_bills_settled') }}
),

receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

prepayment_lines as (
    select * from {{ ref('int_prepayment_lines_listed') }}
),

drawn as (
    select
        receipt_id,
        sum(amount) as amount
    from prepayment_lines
    group by receipt_id
),

excesses as (
    select
        bills.entity_id,
        bills.currency,
        greatest(settled.invoiced_amount - greatest(bills.gross_amount, 0), 0) as excess
    from bills
    inner join settled on bills.bill_id = settled.bill_id
    union all
    select
        receipts.entity_id,
        receipts.currency,
        greatest(drawn.amount - receipts.amount, 0) as excess
    from drawn
    inner join receipts on drawn.receipt_id = receipts.receipt_id
)

-- What is invoiced beyond a bill, or drawn beyond a receipt, is nought.
select
    'invoices_within_bills' as check_name,
    entity_id,
    currency,
    cast(0 as {{ money_type() }}) as expected,
    excess as actual
from excesses
