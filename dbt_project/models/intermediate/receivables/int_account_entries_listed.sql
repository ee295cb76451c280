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

adjustments as (
    select * from {{ ref('int_adjustments_accepted') }}
),

-- A confirmed bill lowers the account, a credit note raises it.
of_bills as (
    select
        customer_id, entity_id, product_line, currency, billed_on as entry_on,
        'bill' as entry_kind, bill_id as document_id, -gross_amount as amount
    from bills
),

-- A receipt raises it, without a product line; what the bank takes back lowers it again.
of_receipts as (
    select
        customer_id, entity_id, cast(null as varchar) as product_line, currency,
        booked_on as entry_on, 'receipt' as entry_kind, receipt_id as document_id, amount
    from receipts
    where customer_id is not null
    union all
    select
        customer_id, entity_id, cast(null as varchar) as product_line, currency,
        returned_on as entry_on, 'return' as entry_kind, receipt_id as document_id,
        -amount as amount
    from receipts
    where customer_id is not null and returned_on is not null
),

-- A prepayment moves money to its product line and adds nothing.
prepayments as (
    select
        customer_id, entity_id, product_line, currency, split_on as entry_on,
        split_id as document_id, amount
    from splits
    where target = 'prepayment' and reason is null and not is_waiting
        and product_line is not null
    union all
    select
        customer_id, entity_id, product_line, currency, booked_on as entry_on,
        receipt_id as document_id, amount
    from available
    where product_line is not null
),

of_prepayments as (
    select
        customer_id, entity_id, cast(null as varchar) as product_line, currency, entry_on,
        'prepayment' as entry_kind, document_id, -amount as amount
    from prepayments
    union all
    select
        customer_id, entity_id, product_line, currency, entry_on,
        'prepayment' as entry_kind, document_id, amount
    from prepayments
),

-- An application moves money to the bill's product line, and from a parent to its child.
moves as (
    select * from applications
    where product_line is distinct from money_product_line or bill_customer_id <> customer_id
),

of_applications as (
    select
        customer_id, entity_id, money_product_line as product_line, currency,
        applied_on as entry_on, 'application' as entry_kind, application_id as document_id,
        -amount as amount
    from moves
    union all
    select
        bill_customer_id as customer_id, entity_id, product_line, currency,
        applied_on as entry_on, 'application' as entry_kind, application_id as document_id,
        amount
    from moves
),

-- A refund lowers the account; a charge withheld on the way raises it: the payer has paid it.
of_splits as (
    select
        customer_id, entity_id, cast(null as varchar) as product_line, currency,
        split_on as entry_on, target as entry_kind, split_id as document_id,
        case when target = 'refund' then -amount else amount end as amount
    from splits
    where target in ('refund', 'bank_charge') and reason is null and not is_waiting
),

of_adjustments as (
    select
        customer_id, entity_id, product_line, currency, dated_on as entry_on,
        kind as entry_kind, adjustment_id as document_id, amount
    from adjustments
),

listed as (
    select * from of_bills
    union all
    select * from of_receipts
    union all
    select * from of_prepayments
    union all
    select * from of_applications
    union all
    select * from of_splits
    union all
    select * from of_adjustments
)

select * from listed
