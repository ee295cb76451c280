with

served as (
    select * from {{ ref('int_receipt_numbers_served') }}
),

items as (
    select * from {{ ref('int_invoice_items_left_after_instructed') }}
),

bills as (
    select * from {{ ref('int_bills_left_after_instructed') }}
),

items_stacked as (
    select
        *,
        sum(left_amount) over (
            partition by invoice_id order by item_no
            rows between unbounded preceding and current row
        ) as item_to
    from items
),

through_invoices as (
    select
        served.receipt_id,
        served.receipt_order,
        served.position,
        items_stacked.invoice_id,
        items_stacked.bill_id,
        items_stacked.item_no,
        least(served.served_to, items_stacked.item_to)
        - greatest(served.served_from, items_stacked.item_to - items_stacked.left_amount)
            as amount
    from served
    inner join items_stacked
        on served.item_kind = 'invoice'
            and served.item_id = items_stacked.invoice_id
            and served.served_to > items_stacked.item_to - items_stacked.left_amount
            and served.served_from < items_stacked.item_to
),

to_bills as (
    select
        receipt_id,
        receipt_order,
        position,
        cast(null as varchar) as invoice_id,
        item_id as bill_id,
        0 as item_no,
        served_to - served_from as amount
    from served
    where item_kind = 'bill'
),

pieces as (
    select * from through_invoices
    union all
    select * from to_bills
),

-- A bill named by itself and by its invoice serves both in order, never beyond what it has open.
pieces_before as (
    select
        pieces.*,
        bills.left_amount as bill_left_amount,
        coalesce(sum(pieces.amount) over (
            partition by pieces.bill_id
            order by pieces.receipt_order, pieces.position, pieces.item_no, pieces.invoice_id
            rows between unbounded preceding and 1 preceding
        ), 0) as amount_before
    from pieces
    left join bills on pieces.bill_id = bills.bill_id
),

held as (
    select
        receipt_id,
        bill_id,
        invoice_id,
        case
            when bill_id is null then amount
            else greatest(least(bill_left_amount - amount_before, amount), 0)
        end as amount
    from pieces_before
)

select
    'referenced' as stage,
    receipt_id,
    bill_id,
    invoice_id,
    cast(null as varchar) as split_id,
    cast(sum(amount) as {{ money_type() }}) as amount
from held
where amount > 0
group by receipt_id, bill_id, invoice_id
