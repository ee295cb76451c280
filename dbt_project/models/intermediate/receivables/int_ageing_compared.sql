with

balances as (
    select * from {{ ref('customer_account_balances') }}
),

customer_aging as (
    select * from {{ ref('customer_aging') }}
),

finance_aging as (
    select * from {{ ref('finance_aging') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

figures as (
    select
        as_of, entity_id, customer_id, currency, -balance as expected, 0 as by_bill,
        0 as by_invoice
    from balances
    union all
    select as_of, entity_id, customer_id, currency, 0 as expected, net as by_bill, 0 as by_invoice
    from customer_aging
    union all
    select as_of, entity_id, customer_id, currency, 0 as expected, 0 as by_bill, net as by_invoice
    from finance_aging
),

-- One customer at a time, in both agings.
summed as (
    select
        figures.entity_id,
        figures.customer_id,
        figures.currency,
        sum(figures.expected) as expected,
        sum(figures.by_bill) as by_bill,
        sum(figures.by_invoice) as by_invoice
    from figures
    inner join run_days on figures.as_of = run_days.as_of
    group by figures.entity_id, figures.customer_id, figures.currency
)

select
    'ageing_equals_account_balances' as check_name,
    entity_id,
    currency,
    expected,
    expected + abs(by_bill - expected) + abs(by_invoice - expected) as actual
from summed
