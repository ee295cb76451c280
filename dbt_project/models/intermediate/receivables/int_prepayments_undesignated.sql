with

prepayments as (
    select * from {{ ref('int_prepayments_left') }}
),

bills_matched as (
    select * from {{ ref('int_bills_left_after_matched') }}
),

designated as (
    select * from {{ ref('int_prepayments_designated') }}
),

applied as (
    select
        bill_id, sum(amount) as amount
    from designated
    group by bill_id
),

bills as (
    select
        bills_matched.bill_id, bills_matched.bill_order, bills_matched.entity_id,
        bills_matched.currency, bills_matched.customer_id,
        bills_matched.left_amount - coalesce(applied.amount, 0) as left_amount
    from bills_matched
    left join applied on bills_matched.bill_id = applied.bill_id
),

money as (
    select
        *, sum(left_amount) over (
            partition by entity_id, currency, customer_id order by money_order
            rows between unbounded preceding and current row
        ) as money_to
    from prepayments
    where product_line is null
),

debts as (
    select
        *, sum(left_amount) over (
            partition by entity_id, currency, customer_id order by bill_order
            rows between unbounded preceding and current row
        ) as debt_to
    from bills
    where left_amount > 0
),

-- Both queues as running totals: where either ends, a segment ends.
break_points as (
    select
        entity_id, currency, customer_id, money_to as ends_at, money_order,
        cast(null as bigint) as bill_order
    from money
    union all
    select
        entity_id, currency, customer_id, debt_to as ends_at, cast(null as bigint) as money_order,
        bill_order
    from debts
),

merged as (
    select
        entity_id, currency, customer_id, ends_at,
        max(money_order) as money_order, max(bill_order) as bill_order
    from break_points
    group by entity_id, currency, customer_id, ends_at
),

-- Each segment belongs to the money and to the bill whose interval it lies in: the next to end.
segments as (
    select
        entity_id, currency, customer_id,
        ends_at - coalesce(lag(ends_at) over (
            partition by entity_id, currency, customer_id order by ends_at
        ), 0) as amount,
        min(money_order) over (
            partition by entity_id, currency, customer_id order by ends_at
            rows between current row and unbounded following
        ) as money_order,
        min(bill_order) over (
            partition by entity_id, currency, customer_id order by ends_at
            rows between current row and unbounded following
        ) as bill_order
    from merged
),

-- Prepaid money that names no product line settles any bill of the payer.
undesignated as (
    select
        prepayments.receipt_id, bills.bill_id, prepayments.split_id, prepayments.money_order,
        segments.amount
    from segments
    inner join prepayments on segments.money_order = prepayments.money_order
    inner join bills on segments.bill_order = bills.bill_order
)

select * from undesignated
