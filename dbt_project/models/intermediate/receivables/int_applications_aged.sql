with

receipts as (
    select * from {{ ref('int_receipts_left_after_matched') }}
),

bills as (
    select * from {{ ref('int_bills_left_after_designated') }}
),

money as (
    select
        *,
        receipt_order as money_order,
        sum(left_amount) over (
            partition by entity_id, currency, customer_id order by receipt_order
            rows between unbounded preceding and current row
        ) as money_to
    from receipts
    where left_amount > 0 and receipt_application = 'auto'
),

debts as (
    select
        *,
        sum(left_amount) over (
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
        max(money_order) as money_order,
        max(bill_order) as bill_order
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

-- The payer's own open bills, the oldest first.
aged as (
    select
        'oldest_first' as stage, receipts.receipt_id, bills.bill_id,
        cast(null as varchar) as invoice_id, cast(null as varchar) as split_id,
        cast(segments.amount as {{ money_type() }}) as amount
    from segments
    inner join receipts on segments.money_order = receipts.receipt_order
    inner join bills on segments.bill_order = bills.bill_order
)

select * from aged
