with

found as (
    select * from {{ ref('int_receipt_numbers_found') }}
),

-- Each receipt is first shared over its numbers in text order, each up to what was open.
shared as (
    select
        *,
        coalesce(sum(open_amount) over (
            partition by receipt_id order by position, item_kind, item_id
            rows between unbounded preceding and 1 preceding
        ), 0) as open_before
    from found
),

wanted as (
    select
        *,
        greatest(least(left_amount - open_before, open_amount), 0) as want_amount
    from shared
),

-- Then each item serves its receipts in order; what it cannot take goes on.
queued as (
    select
        *,
        coalesce(sum(want_amount) over (
            partition by item_kind, item_id order by receipt_order
            rows between unbounded preceding and 1 preceding
        ), 0) as served_from
    from wanted
),

served as (
    select
        *,
        least(served_from + want_amount, open_amount) as served_to
    from queued
    where want_amount > 0 and served_from < open_amount
)

select * from served
