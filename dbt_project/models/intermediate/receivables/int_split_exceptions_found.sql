with

splits as (
    select * from {{ ref('int_splits_judged') }}
),

receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

-- Splits that cannot be carried out; those on money nobody has claimed yet only wait.
refused as (
    select
        case
            when splits.reason in ('unknown_receipt', 'unknown_bill', 'unknown_invoice')
                then 'unknown_reference'
            else 'refused_split'
        end as kind,
        'receipt_splits' as object,
        splits.split_id as key,
        receipts.entity_id,
        splits.split_on as dated_on,
        receipts.currency,
        splits.amount,
        case splits.reason
            when 'unknown_receipt' then 'no receipt ' || splits.receipt_id
            when 'unknown_bill' then 'no bill ' || coalesce(splits.bill_id, '(none named)')
            when 'unknown_invoice'
                then 'no invoice ' || coalesce(splits.invoice_id, '(none named)')
            when 'exceeds_receipt'
                then 'splits exceed what receipt ' || splits.receipt_id || ' can pay'
            when 'exceeds_bill' then 'exceeds what the bill has open'
            when 'exceeds_invoice'
                then 'exceeds what invoice ' || splits.invoice_id || ' has open'
            when 'bill_of_another_account'
                then 'bill ' || splits.bill_id
                    || ' is of another customer, entity or currency than the receipt'
            when 'invoice_of_another_account'
                then 'invoice ' || splits.invoice_id
                    || ' is of another customer, entity or currency than the receipt'
            when 'prepayment_invoice' then 'a prepayment invoice takes no money by split'
            when 'voided_invoice' then 'invoice ' || splits.invoice_id || ' is voided'
            when 'refused_invoice' then 'invoice ' || splits.invoice_id || ' is itself refused'
            else splits.reason
        end as reason,
        'reverse the split (reversed_on) or send it mended' as remedy,
        splits.source_file,
        splits.source_row
    from splits
    left join receipts on splits.receipt_id = receipts.receipt_id
    where
        splits.reason is not null
        and splits.reason not in ('returned', 'unidentified', 'unseen')
)

select * from refused
