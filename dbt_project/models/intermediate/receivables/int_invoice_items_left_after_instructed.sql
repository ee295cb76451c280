with

items as (
    select * from {{ ref('int_invoice_items_accepted') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

standing as (
    select * from {{ ref('int_applications_standing') }}
),

bills_left as (
    select * from {{ ref('int_bills_left_after_instructed') }}
),

instructed as (
    select * from {{ ref('int_applications_instructed') }}
),

came_through as (
    select invoice_id, bill_id, amount from standing
    where falls_on is null and stage <> 'instructed'
    union all
    select invoice_id, bill_id, amount from instructed
),

through as (
    select
        invoice_id, bill_id,
        sum(amount) as amount
    from came_through
    where invoice_id is not null
    group by invoice_id, bill_id
),

-- Money through an invoice fills its lines on a bill in their order.
items_before as (
    select
        items.invoice_id, items.bill_id, items.item_no, items.amount,
        coalesce(through.amount, 0) as through_amount,
        coalesce(sum(items.amount) over (
            partition by items.invoice_id, items.bill_id
            order by items.item_no
            rows between unbounded preceding and 1 preceding
        ), 0) as amount_before
    from items
    left join through
        on items.invoice_id = through.invoice_id
            and items.bill_id is not distinct from through.bill_id
),

-- Prepayment invoices take no money by number or match.
not_through as (
    select
        items_before.invoice_id, items_before.bill_id, items_before.item_no,
        items_before.amount - least(
            greatest(items_before.through_amount - items_before.amount_before, 0),
            items_before.amount
        ) as amount
    from items_before
    inner join invoices
        on items_before.invoice_id = invoices.invoice_id
            and invoices.kind <> 'prepayment'
),

-- Open is the lesser of what did not come through the line and what its bill has open.
not_through_before as (
    select
        *,
        coalesce(sum(amount) over (
            partition by invoice_id, bill_id order by item_no
            rows between unbounded preceding and 1 preceding
        ), 0) as amount_before
    from not_through
),

left_over as (
    select
        not_through_before.invoice_id, not_through_before.bill_id, not_through_before.item_no,
        case
            when not_through_before.bill_id is null then not_through_before.amount
            else greatest(least(
                    bills_left.left_amount - not_through_before.amount_before,
                    not_through_before.amount
                ), 0)
        end as left_amount
    from not_through_before
    left join bills_left on not_through_before.bill_id = bills_left.bill_id
)

select * from left_over
