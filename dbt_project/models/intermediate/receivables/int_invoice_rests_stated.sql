with

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

applications as (
    select * from {{ ref('int_applications_netted') }}
),

rests_placed as (
    select * from {{ ref('int_prepayment_rests_placed') }}
),

-- Money on what no link has claimed: applied to an invoice in advance, or a prepayment's own.
received as (
    select
        invoice_id,
        receipt_id,
        cast(null as varchar) as product_line,
        amount
    from applications
    where bill_id is null and invoice_id is not null
    union all
    select
        invoice_id,
        receipt_id,
        product_line,
        amount
    from rests_placed
),

received_totals as (
    select
        invoice_id,
        sum(amount) as amount
    from received
    group by invoice_id
),

unreceived as (
    select
        invoices.invoice_id,
        cast(null as varchar) as receipt_id,
        cast(null as varchar) as product_line,
        invoices.amount - invoices.linked_amount - coalesce(received_totals.amount, 0) as amount
    from invoices
    left join received_totals on invoices.invoice_id = received_totals.invoice_id
    where invoices.is_live and invoices.kind in ('advance', 'prepayment')
),

unioned as (
    select *, 'invoiced_in_advance_received' as state from received
    union all
    select *, 'invoiced_in_advance_unreceived' as state from unreceived
)

select * from unioned where amount <> 0
