with

-- Whose money it is can be said once it is known which entity's account it came to.
receipts as (
    select seen.*
    from {{ ref('int_receipts_seen') }} as seen
    inner join {{ ref('int_entities_opened') }} using (entity_id)
),

decisions as (
    select * from {{ ref('int_payer_decisions_seen') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

customer_accounts as (
    select * from {{ ref('stg_crm__customer_bank_accounts') }}
),

by_document as (
    select * from {{ ref('int_payers_by_document') }}
),

decided as (
    select receipts.receipt_id, decisions.customer_id
    from receipts
    inner join decisions using (receipt_id)
),

said as (
    select receipt_id, 1 as means_no, 'decision' as means, customer_id from decided
    union all
    select receipts.receipt_id, 2 as means_no, 'account' as means, customer_accounts.customer_id
    from receipts
    inner join customer_accounts
        on upper(receipts.payer_account) = upper(customer_accounts.bank_account)
    union all
    select
        receipts.receipt_id,
        case by_document.means when 'split' then 3 else 4 end as means_no,
        by_document.means,
        by_document.customer_id
    from receipts
    inner join by_document using (receipt_id)
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
)

select * from named
