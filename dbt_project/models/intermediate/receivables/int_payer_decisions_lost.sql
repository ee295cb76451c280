with

decisions as (
    select * from {{ ref('int_payer_decisions_seen') }}
),

credits as (
    select receipt_id from {{ ref('int_bank_entries_loaded') }} where receipt_id is not null
    union all
    select opening_id as receipt_id
    from {{ ref('stg_operations__opening_balances') }}
    where kind = 'receipt'
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

-- Credits that are booked after as_of exist; only what no feed has brought is lost.
lost as (
    select
        decisions.receipt_id,
        decisions.decided_on,
        case
            when customers.customer_id is null then 'customer ' || decisions.customer_id
            else 'receipt ' || decisions.receipt_id
        end as what,
        decisions.source_file,
        decisions.source_row
    from decisions
    left join credits on decisions.receipt_id = credits.receipt_id
    left join customers on decisions.customer_id = customers.customer_id
    where credits.receipt_id is null or customers.customer_id is null
)

select * from lost
