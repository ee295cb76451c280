with

days as (
    select * from {{ ref('stg_run__days') }}
),

-- Whose money it is can be said once it is known which entity's account it came to.
receipts as (
    select seen.*, entities.time_zone
    from {{ ref('int_receipts_seen') }} as seen
    inner join {{ ref('int_entities_opened') }} as entities using (entity_id)
),

decisions as (
    select * from {{ ref('stg_operations__receipt_customers') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

customer_accounts as (
    select * from {{ ref('stg_crm__customer_bank_accounts') }}
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

invoices as (
    select invoices.*
    from {{ ref('stg_operations__invoices') }} as invoices
    cross join days
    where invoices.issued_on <= days.as_of
),

words as (
    select * from {{ ref('int_remittance_words_split') }}
),

numbers as (
    select upper(bill_number) as number, customer_id from bills
    union all
    select upper(invoice_number) as number, customer_id from invoices
),

decided as (
    select receipts.receipt_id, decisions.customer_id
    from receipts
    inner join decisions using (receipt_id)
    cross join days
    where {{ local_date('decisions.decided_at', 'receipts.time_zone') }} <= days.known_on
),

said as (
    select receipt_id, 1 as means_no, 'decision' as means, customer_id from decided
    union all
    select receipts.receipt_id, 2 as means_no, 'account' as means, customer_accounts.customer_id
    from receipts
    inner join customer_accounts
        on upper(receipts.payer_account) = upper(customer_accounts.bank_account)
    union all
    select receipts.receipt_id, 3 as means_no, 'split' as means, bills.customer_id
    from receipts
    inner join splits using (receipt_id)
    inner join bills on splits.bill_id = bills.bill_id
    union all
    select receipts.receipt_id, 3 as means_no, 'split' as means, invoices.customer_id
    from receipts
    inner join splits using (receipt_id)
    inner join invoices on splits.invoice_id = invoices.invoice_id
    union all
    select receipts.receipt_id, 4 as means_no, 'number' as means, numbers.customer_id
    from receipts
    inner join words using (receipt_id)
    inner join numbers on words.word = numbers.number
    union all
    select receipts.receipt_id, 5 as means_no, 'name' as means, customers.customer_id
    from receipts
    inner join customers
        on {{ comparable_name('receipts.payer_name') }}
            = {{ comparable_name('customers.customer_name') }}
),

-- A customer that does not exist (yet) pays nothing; the reference to it is an open exception.
named as (
    select
        said.receipt_id,
        said.means_no,
        said.means,
        said.customer_id,
        coalesce(customers.parent_customer_id, customers.customer_id) as family_id
    from said
    inner join customers using (customer_id)
    group by
        said.receipt_id, said.means_no, said.means, said.customer_id,
        customers.parent_customer_id, customers.customer_id
)

select * from named
