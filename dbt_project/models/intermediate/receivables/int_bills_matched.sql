with

receipts as (
    select * from {{ ref('int_receipts_left_after_referenced') }}
),

bills as (
    select * from {{ ref('int_bills_left_after_referenced') }}
),

payable as (
    select * from {{ ref('int_bills_payable') }}
),

-- Two candidates are no match: only amounts that one bill alone has open.
alone as (
    select
        payable.payer_id,
        payable.entity_id,
        payable.currency,
        bills.left_amount,
        min(bills.bill_id) as bill_id
    from payable
    inner join bills on payable.bill_id = bills.bill_id
    where bills.left_amount > 0
    group by payable.payer_id, payable.entity_id, payable.currency, bills.left_amount
    having count(*) = 1
),

matched as (
    select
        receipts.receipt_id,
        alone.bill_id,
        receipts.left_amount as amount,
        row_number() over (partition by alone.bill_id order by receipts.receipt_order)
            as receipt_rank
    from receipts
    inner join alone
        on receipts.customer_id = alone.payer_id
            and receipts.entity_id = alone.entity_id
            and receipts.currency = alone.currency
            and receipts.left_amount = alone.left_amount
)

-- Of several receipts for one bill the first has it.
select
    receipt_id,
    bill_id,
    amount
from matched
where receipt_rank = 1
