with

events as (
    select * from {{ ref('int_usage_events_effective') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

-- Only what max, latest and unique_count look at: none of them can be told from sums.
counted as (
    select
        events.*,
        case when products.aggregation = 'unique_count' then events.dimension end as counted_value
    from events
    inner join products on events.product_id = products.product_id
    where
        products.aggregation in ('max', 'latest', 'unique_count')
        and events.quantity <> 0
),

rolled_up as (
    select
        account_id,
        product_id,
        used_on,
        counted_value,
        max(quantity) as largest_quantity,
        {{ latest_value('quantity', ['occurred_at', 'event_id']) }} as latest_quantity,
        max(occurred_at) as latest_occurred_at,
        {{ latest_value('event_id', ['occurred_at', 'event_id']) }} as latest_event_id
    from counted
    group by account_id, product_id, used_on, counted_value
)

select * from rolled_up
