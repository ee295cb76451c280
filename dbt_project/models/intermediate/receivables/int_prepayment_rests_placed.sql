with

prepayment_lines as (
    select * from {{ ref('int_prepayment_lines_listed') }}
),

links_placed as (
    select * from {{ ref('int_prepayment_links_placed') }}
),

money as (
    select * from {{ ref('int_money_unapplied') }}
),

on_links as (
    select
        invoice_id,
        receipt_id,
        sum(amount) as amount
    from links_placed
    group by invoice_id, receipt_id
),

-- What a prepayment invoice's own receipt still has sits on the invoice's unlinked rest.
candidates as (
    select
        prepayment_lines.invoice_id,
        prepayment_lines.issued_on,
        prepayment_lines.rest_amount,
        prepayment_lines.amount - coalesce(on_links.amount, 0) as line_amount,
        money.receipt_id,
        money.receipt_order,
        money.product_line,
        money.amount as money_amount,
        least(
            prepayment_lines.rest_amount,
            prepayment_lines.amount - coalesce(on_links.amount, 0),
            money.amount
        ) as want_amount
    from prepayment_lines
    inner join money on prepayment_lines.receipt_id = money.receipt_id
    left join on_links
        on prepayment_lines.invoice_id = on_links.invoice_id
            and prepayment_lines.receipt_id = on_links.receipt_id
),

-- Three limits, one after the other: the money, the invoice's line, the unlinked rest.
within_money as (
    select
        *,
        greatest(least(want_amount, money_amount - coalesce(sum(want_amount) over (
            partition by receipt_id, product_line order by issued_on, invoice_id
            rows between unbounded preceding and 1 preceding
        ), 0)), 0) as first_amount
    from candidates
    where want_amount > 0
),

within_lines as (
    select
        *,
        greatest(least(first_amount, line_amount - coalesce(sum(first_amount) over (
            partition by invoice_id, receipt_id order by product_line nulls last
            rows between unbounded preceding and 1 preceding
        ), 0)), 0) as second_amount
    from within_money
),

within_rests as (
    select
        *,
        greatest(least(second_amount, rest_amount - coalesce(sum(second_amount) over (
            partition by invoice_id order by receipt_order, product_line nulls last
            rows between unbounded preceding and 1 preceding
        ), 0)), 0) as amount
    from within_lines
)

select
    invoice_id,
    receipt_id,
    product_line,
    amount
from within_rests
where amount > 0
