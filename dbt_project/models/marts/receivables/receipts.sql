with

receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

settled as (
    select * from {{ ref('int_receipts_settled') }}
)

select
    receipts.receipt_id,
    receipts.bank_account,
    receipts.booked_on,
    receipts.value_on,
    receipts.currency,
    cast(receipts.amount as {{ money_type() }}) as amount,
    receipts.payer_name,
    receipts.payer_account,
    receipts.remittance_text,
    receipts.customer_id,
    receipts.entity_id,
    receipts.identified_by,
    settled.applied_amount,
    settled.prepaid_amount,
    settled.unapplied_amount,
    settled.refunded_amount,
    settled.bank_charge_amount,
    receipts.returned_on,
    receipts.statement_id,
    receipts.source_file,
    receipts.source_row
from receipts
inner join settled on receipts.receipt_id = settled.receipt_id
