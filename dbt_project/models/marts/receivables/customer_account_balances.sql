with

entries as (
    select * from {{ ref('customer_account_entries') }}
),

entities as (
    select * from {{ ref('int_entities_reported') }}
),

posted as (
    select * from {{ ref('stg_posted__customer_account_balances') }}
),

computed as (
    select
        entities.as_of,
        entries.customer_id,
        entries.entity_id,
        entries.product_line,
        entries.currency,
        sum(entries.amount) as balance
    from entries
    inner join entities on entries.entity_id = entities.entity_id
    group by
        entities.as_of, entries.customer_id, entries.entity_id, entries.product_line,
        entries.currency
),

unioned as (
    select as_of, customer_id, entity_id, product_line, currency, balance from posted
    union all
    select * from computed
)

select
    as_of,
    customer_id,
    entity_id,
    product_line,
    currency,
    cast(balance as {{ money_type() }}) as balance
from unioned
