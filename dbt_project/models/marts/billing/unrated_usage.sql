with

usage as (
    select * from {{ ref('int_usage_assigned') }}
),

unrated as (
    select
        account_id,
        product_id,
        utc_on as used_on,
        cast(sum(events) as bigint) as events,
        {{ quantity_within('sum(quantity)') }} as quantity,
        reason,
        any_value(customer_id) as customer_id,
        any_value(entity_id) as entity_id
    from usage
    where reason is not null and events > 0
    group by account_id, product_id, utc_on, reason
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
