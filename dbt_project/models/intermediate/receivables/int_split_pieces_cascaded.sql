with

splits as (
    select * from {{ ref('int_splits_listed') }}
),

items as (
    select * from {{ ref('int_invoice_items_accepted') }}
),

standing as (
    select * from {{ ref('int_applications_standing') }}
),

-- Money that came through an invoice in another stage and is posted took its lines first.
posted_through as (
    select
        invoice_id, bill_id,
        sum(amount) as amount
    from standing
    where falls_on is null and invoice_id is not null and stage <> 'instructed'
    group by invoice_id, bill_id
),

items_before as (
    select
        items.*,
        coalesce(posted_through.amount, 0) as through_amount,
        coalesce(sum(items.amount) over (
            partition by items.invoice_id, items.bill_id
            order by items.item_no
            rows between unbounded preceding and 1 preceding
        ), 0) as amount_before
    from items
    left join posted_through
        on items.invoice_id = posted_through.invoice_id
            and items.bill_id is not distinct from posted_through.bill_id
),

items_left as (
    select
        invoice_id, bill_id, item_no,
        amount - least(greatest(through_amount - amount_before, 0), amount) as left_amount
    from items_before
),

items_stacked as (
    select
        *,
        sum(left_amount) over (
            partition by invoice_id order by item_no
            rows between unbounded preceding and current row
        ) as item_to
    from items_left
),

splits_stacked as (
    select
        *,
        sum(amount) over (
            partition by invoice_id order by split_order
            rows between unbounded preceding and current row
        ) as split_to
    from splits
    where target = 'invoice' and reason is null and not is_waiting
),

-- A split on an invoice falls through to the bills under it, then stays on the invoice.
of_invoices as (
    select
        splits_stacked.split_id, splits_stacked.split_order, items_stacked.invoice_id,
        items_stacked.bill_id, items_stacked.item_no,
        least(splits_stacked.split_to, items_stacked.item_to)
        - greatest(
            splits_stacked.split_to - splits_stacked.amount,
            items_stacked.item_to - items_stacked.left_amount
        ) as amount
    from splits_stacked
    inner join items_stacked
        on splits_stacked.invoice_id = items_stacked.invoice_id
            and splits_stacked.split_to > items_stacked.item_to - items_stacked.left_amount
            and splits_stacked.split_to - splits_stacked.amount < items_stacked.item_to
),

of_bills as (
    select
        split_id, split_order, cast(null as varchar) as invoice_id, bill_id, 0 as item_no,
        amount
    from splits
    where target = 'bill' and reason is null and not is_waiting
),

pieces as (
    select * from of_bills
    union all
    select * from of_invoices
)

select * from pieces
