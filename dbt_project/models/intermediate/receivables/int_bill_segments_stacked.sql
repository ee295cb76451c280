with

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

items as (
    select * from {{ ref('int_invoice_items_accepted') }}
),

invoiced as (
    select
        bill_id,
        sum(amount) as amount
    from items
    where bill_id is not null
    group by bill_id
),

of_invoices as (
    select
        bill_id,
        invoice_id,
        item_id,
        line_no,
        item_on,
        amount
    from items
    where bill_id is not null
),

remainders as (
    select
        bills.bill_id,
        cast(null as varchar) as invoice_id,
        cast(null as varchar) as item_id,
        cast(null as integer) as line_no,
        cast(null as date) as item_on,
        bills.gross_amount - coalesce(invoiced.amount, 0) as amount
    from bills
    left join invoiced on bills.bill_id = invoiced.bill_id
    where bills.gross_amount > coalesce(invoiced.amount, 0)
),

segments as (
    select * from of_invoices
    union all
    select * from remainders
),

-- Invoice lines and links stack in order of date, id and line; the uninvoiced remainder is last.
stacked as (
    select
        bill_id,
        invoice_id,
        item_id,
        amount,
        row_number() over (
            partition by bill_id order by item_on nulls last, item_id nulls last, line_no nulls last
        ) as segment_no
    from segments
)

select * from stacked
