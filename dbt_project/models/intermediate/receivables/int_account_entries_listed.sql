{{ config(materialized='view') }}
with

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

available as (
    select * from {{ ref('int_receipts_available') }}
),

splits as (
    select * from {{ ref('int_splits_judged') }}
),

applications as (
    select * from {{ ref('int_applications_known') }}
),

credit_uses as (
    select * from {{ ref('int_credits_used') }}
),

adjustments as (
    select * from {{ ref('int_adjustments_accepted') }}
),

-- A prepayment moves money to its product line and adds nothing.
prepayments as (
    select
        customer_id, entity_id, product_line, currency, split_on as entry_on,
        split_id as document_id, amount
    from splits
    where target = 'prepayment' and reason is null and not is_waiting and product_line is not null
    union all
    select
        customer_id, entity_id, product_line, currency, booked_on as entry_on,
        receipt_id as document_id, amount
    from available where product_line is not null
),

-- An application moves money to the bill's product line, and from a parent to its child.
moves as (
    select * from applications
    where grant_id is null
        and (product_line is distinct from money_product_line or bill_customer_id <> customer_id)
),

listed as (
    -- A confirmed bill lowers the account, a credit note raises it.
    select
        customer_id, entity_id, product_line, currency, billed_on as entry_on,
        'bill' as entry_kind, bill_id as document_id, -gross_amount as amount
    from bills
    union all
    -- A receipt raises it, without a product line; what the bank takes back lowers it again.
    select customer_id, entity_id, null, currency, booked_on, 'receipt', receipt_id, amount
    from receipts where customer_id is not null
    union all
    select customer_id, entity_id, null, currency, returned_on, 'return', receipt_id, -amount
    from receipts where customer_id is not null and returned_on is not null
    union all
    select customer_id, entity_id, null, currency, entry_on, 'prepayment', document_id, -amount
    from prepayments
    union all
    select
        customer_id, entity_id, product_line, currency, entry_on, 'prepayment', document_id, amount
    from prepayments
    union all
    select
        customer_id, entity_id, money_product_line, currency, applied_on, 'application',
        application_id, -amount
    from moves
    union all
    select
        bill_customer_id, entity_id, product_line, currency, applied_on, 'application',
        application_id, amount
    from moves
    union all
    -- Unused credits stand outside: their use raises the account.
    select
        customer_id, entity_id, product_line, currency, applied_on, 'credit', application_id, amount
    from credit_uses
    union all
    -- A refund lowers the account; a charge withheld on the way raises it: the payer has paid it.
    select
        customer_id, entity_id, null, currency, split_on, target, split_id,
        case when target = 'refund' then -amount else amount end
    from splits
    where target in ('refund', 'bank_charge') and reason is null and not is_waiting
    union all
    select customer_id, entity_id, product_line, currency, dated_on, kind, adjustment_id, amount
    from adjustments
)

select * from listed
