with

splits as (
    select * from {{ ref('int_splits_listed') }}
),

pieces as (
    select * from {{ ref('int_split_pieces_cascaded') }}
),

bills as (
    select * from {{ ref('int_bills_left_before_stages') }}
),

receipts_before as (
    select * from {{ ref('int_receipts_left_before_stages') }}
),

-- Withheld bank charges come first: they add to what the receipt can pay.
on_receipts as (
    select
        splits.*,
        sum(case when splits.target = 'bank_charge' then 0 else splits.amount end) over (
            partition by splits.receipt_id order by splits.split_order
            rows between unbounded preceding and current row
        ) as total_on_receipt,
        receipts_before.left_amount
        + sum(case when splits.target = 'bank_charge' then splits.amount else 0 end) over (
            partition by splits.receipt_id
        ) as receipt_limit
    from splits
    left join receipts_before on splits.receipt_id = receipts_before.receipt_id
),

on_bills as (
    select
        pieces.split_id,
        sum(pieces.amount) over (
            partition by pieces.bill_id order by pieces.split_order, pieces.item_no
            rows between unbounded preceding and current row
        ) > bills.left_amount as is_beyond_bill
    from pieces
    inner join bills on pieces.bill_id = bills.bill_id
),

beyond_bills as (
    select split_id
    from on_bills
    where is_beyond_bill
    group by split_id
),

cascaded as (
    select
        split_id,
        sum(amount) as amount
    from pieces
    group by split_id
),

-- One that exceeds its receipt, bill or invoice is refused whole.
judged as (
    select
        on_receipts.split_id,
        on_receipts.split_order,
        on_receipts.receipt_id,
        on_receipts.receipt_order,
        on_receipts.customer_id,
        on_receipts.entity_id,
        on_receipts.currency,
        on_receipts.target,
        on_receipts.bill_id,
        on_receipts.invoice_id,
        on_receipts.product_line,
        on_receipts.amount,
        on_receipts.split_on,
        on_receipts.is_posted,
        on_receipts.is_waiting,
        case
            when on_receipts.reason is not null then on_receipts.reason
            when on_receipts.target <> 'bank_charge'
                and on_receipts.total_on_receipt > on_receipts.receipt_limit
                then 'exceeds_receipt'
            when on_receipts.target = 'invoice' and not on_receipts.is_waiting
                and coalesce(cascaded.amount, 0) < on_receipts.amount then 'exceeds_invoice'
            when beyond_bills.split_id is not null then 'exceeds_bill'
        end as reason,
        on_receipts.source_file,
        on_receipts.source_row
    from on_receipts
    left join beyond_bills on on_receipts.split_id = beyond_bills.split_id
    left join cascaded on on_receipts.split_id = cascaded.split_id
)

select * from judged
