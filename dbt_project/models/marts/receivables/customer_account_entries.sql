with

listed as (
    select * from {{ ref('int_account_entries_listed') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- The account is the customer's, or the customer's by product line, by setting.
by_account as (
    select
        listed.customer_id,
        listed.entity_id,
        case when run_days.account_dimension <> 'customer' then listed.product_line end
            as product_line,
        listed.currency,
        listed.entry_on,
        listed.entry_kind,
        listed.document_id,
        listed.amount
    from listed
    cross join run_days
    where listed.amount <> 0
),

-- The balance runs by date, then document.
balanced as (
    select
        *,
        sum(amount) over (
            partition by customer_id, entity_id, product_line, currency
            order by entry_on, document_id, entry_kind, amount
            rows between unbounded preceding and current row
        ) as balance
    from by_account
)

select
    customer_id,
    entity_id,
    product_line,
    currency,
    entry_on,
    entry_kind,
    document_id,
    cast(amount as {{ money_type() }}) as amount,
    cast(balance as {{ money_type() }}) as balance
from balanced
