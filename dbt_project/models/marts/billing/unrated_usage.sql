with

usage as (
    select * from {{ ref('int_usage_assigned') }}
),

unrated as (
    select
        account_id,
        product_id,
        counted_on as used_on,
        events,
        quantity,
        reason,
        customer_id,
        entity_id
    from usage
    where reason is not null and is_seen and events > 0
)

select
    account_id,
    product_id,
    used_on,
    events,
    quantity,
    reason,
    customer_id,
    entity_id
from unrated
