with

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- Only a confirmed bill reaches the customer's account, with the bill's own date.
confirmed as (
    select
        bills.bill_id,
        bills.bill_number,
        bills.contract_id,
        bills.customer_id,
        customers.parent_customer_id,
        bills.entity_id,
        bills.product_line,
        bills.currency,
        bills.billed_on,
        bills.due_on,
        bills.gross_amount
    from bills
    cross join run_days
    left join customers on bills.customer_id = customers.customer_id
    where bills.status = 'confirmed' and bills.billed_on <= run_days.as_of
),

-- A bill without a due date comes last.
ordered as (
    select
        *,
        row_number() over (order by due_on nulls last, bill_id) as bill_order
    from confirmed
)

select * from ordered
