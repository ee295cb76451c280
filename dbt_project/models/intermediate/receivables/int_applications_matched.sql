with

bills_matched as (
    select * from {{ ref('int_bills_matched') }}
),

invoices_matched as (
    select * from {{ ref('int_invoices_matched') }}
),

matched as (
    select receipt_id, bill_id, cast(null as varchar) as invoice_id, amount from bills_matched
    union all
    select receipt_id, bill_id, invoice_id, amount from invoices_matched
)

select
    'exact' as stage,
    receipt_id,
    bill_id,
    invoice_id,
    cast(null as varchar) as split_id,
    cast(amount as {{ money_type() }}) as amount
from matched
