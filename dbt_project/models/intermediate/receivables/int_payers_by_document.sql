with

days as (
    select * from {{ ref('stg_run__days') }}
),

receipts as (
    select * from {{ ref('int_receipts_seen') }}
),

splits as (
    select splits.*
    from {{ ref('stg_operations__receipt_splits') }} as splits
    cross join days
    where splits.split_on <= days.known_on
        and (splits.reversed_on is null or splits.reversed_on > days.known_on)
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }} where kind = 'invoice'
),

invoices as (
    select invoices.invoice_id, invoices.invoice_number, invoices.customer_id
    from {{ ref('stg_operations__invoices') }} as invoices
    cross join days
    where invoices.issued_on <= days.as_of
    union all
    select opening_id as invoice_id, document_number as invoice_number, customer_id
    from openings
),

words as (
    select * from {{ ref('int_remittance_words_split') }}
),

numbers as (
    select upper(bill_number) as number, customer_id from bills
    union all
    select upper(invoice_number) as number, customer_id from invoices
),

said as (
    select receipts.receipt_id, 'split' as means, bills.customer_id
    from receipts
    inner join splits using (receipt_id)
    inner join bills on splits.bill_id = bills.bill_id
    union all
    select receipts.receipt_id, 'split' as means, invoices.customer_id
    from receipts
    inner join splits using (receipt_id)
    inner join invoices on splits.invoice_id = invoices.invoice_id
    union all
    select words.receipt_id, 'number' as means, numbers.customer_id
    from words
    inner join numbers on words.word = numbers.number
),

-- A customer named by several documents is one candidate.
named as (
    select
        receipt_id,
        means,
        customer_id
    from said
    group by receipt_id, means, customer_id
)

select * from named
