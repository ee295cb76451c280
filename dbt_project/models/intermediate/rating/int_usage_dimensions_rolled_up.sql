with

events as (
    select * from {{ ref('int_usage_events_effective') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

owners as (
    select * from {{ ref('int_accounts_owned') }}
),

-- Only what unique_count counts: a set of texts cannot be added up from day to day.
counted as (
    select
        events.account_id,
        events.product_id,
        {{ local_date('events.occurred_at', "coalesce(owners.time_zone, 'UTC')") }} as used_on,
        cast(events.occurred_at as date) as utc_on,
        events.dimension
    from events
    inner join products on events.product_id = products.product_id
    inner join owners on events.account_id = owners.account_id
    where
        products.aggregation = 'unique_count'
        and events.quantity <> 0
        and events.dimension is not null
),

rolled_up as (
    select
        account_id,
        product_id,
        used_on,
        utc_on,
        dimension
    from counted
    group by account_id, product_id, used_on, utc_on, dimension
)

select * from rolled_up
