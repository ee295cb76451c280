with

events as (
    select * from {{ ref('int_usage_events_effective') }}
),

owners as (
    select * from {{ ref('int_accounts_owned') }}
),

-- A usage day is a day where the account's customer has its entity; nobody's day is UTC's.
dated as (
    select
        events.*,
        owners.customer_id,
        owners.entity_id,
        owners.account_id is not null as is_account_known,
        {{ local_date('events.occurred_at', "coalesce(owners.time_zone, 'UTC')") }} as used_on,
        cast(events.occurred_at as date) as utc_on
    from events
    left join owners on events.account_id = owners.account_id
),

rolled_up as (
    select
        account_id,
        product_id,
        any_value(customer_id) as customer_id,
        any_value(entity_id) as entity_id,
        used_on,
        utc_on,
        bool_or(is_account_known) as is_account_known,
        count(*) filter (where quantity <> 0) as events,
        {{ quantity_within('sum(quantity)') }} as quantity,
        max(quantity) filter (where quantity <> 0) as largest_quantity,
        {{ latest_value('quantity', ['occurred_at', 'event_id']) }} filter (where quantity <> 0)
            as latest_quantity,
        max(occurred_at) filter (where quantity <> 0) as latest_occurred_at,
        {{ latest_value('event_id', ['occurred_at', 'event_id']) }} filter (where quantity <> 0)
            as latest_event_id
    from dated
    group by account_id, product_id, used_on, utc_on
)

select * from rolled_up
