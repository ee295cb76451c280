with

usage as (
    select * from {{ ref('int_usage_summed') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

owners as (
    select * from {{ ref('int_accounts_owned') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

rated as (
    select
        account_id, product_id, contract_line_id, effective_on, counted_on,
        is_day_seen as is_seen,
        earliest_on,
        cast(events as bigint) as events,
        {{ quantity_within('quantity') }} as quantity,
        cast(null as varchar) as customer_id,
        cast(null as varchar) as entity_id,
        {{ month_of('counted_on') }} as service_month,
        cast(null as varchar) as reason
    from usage
    -- A quantity of nought, delivered or told by a revision, still shows that there was usage.
    where contract_line_id is not null and (rows_held > 0 or events <> 0)
),

-- Unrated usage is dated, and seen, by its UTC day.
parted as (
    select
        account_id, product_id, counted_on, rows_held,
        events - other_events as events,
        quantity - other_quantity as quantity
    from usage
    where contract_line_id is null
    union all
    select
        account_id,
        product_id,
        unrated_other_on as counted_on,
        0 as rows_held,
        other_events as events,
        other_quantity as quantity
    from usage
    where contract_line_id is null and unrated_other_on is not null
),

resummed as (
    select
        account_id,
        product_id,
        counted_on,
        cast(sum(events) as bigint) as events,
        {{ quantity_within('sum(quantity)') }} as quantity
    from parted
    group by account_id, product_id, counted_on
    having sum(rows_held) > 0 or sum(events) <> 0
),

unrated as (
    select
        resummed.account_id,
        resummed.product_id,
        null as contract_line_id,
        null as effective_on,
        resummed.counted_on,
        resummed.counted_on <= days.as_of as is_seen,
        resummed.counted_on as earliest_on,
        resummed.events,
        resummed.quantity,
        owners.customer_id,
        owners.entity_id,
        null as service_month,
        case
            when owners.account_id is null then 'unknown_account'
            when products.product_id is null then 'unknown_product'
            else 'no_contract_line'
        end as reason
    from resummed
    cross join days
    left join owners on resummed.account_id = owners.account_id
    left join products on resummed.product_id = products.product_id
),

assigned as (
    select * from rated
    union all
    select * from unrated
)

select * from assigned
