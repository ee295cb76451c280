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

-- Unrated usage is dated, and seen, by its UTC day.
parted as (
    select
        account_id,
        product_id,
        contract_line_id,
        effective_on,
        counted_on,
        is_day_seen,
        earliest_on,
        rows_held,
        events - other_events as events,
        quantity - other_quantity as quantity
    from usage
    union all
    select
        account_id,
        product_id,
        contract_line_id,
        effective_on,
        unrated_other_on as counted_on,
        is_day_seen,
        unrated_other_on as earliest_on,
        0 as rows_held,
        other_events as events,
        other_quantity as quantity
    from usage
    where unrated_other_on is not null
),

resummed as (
    select
        parted.account_id,
        parted.product_id,
        parted.contract_line_id,
        parted.effective_on,
        parted.counted_on,
        parted.is_day_seen
        and (parted.contract_line_id is not null or parted.counted_on <= days.as_of) as is_seen,
        min(parted.earliest_on) as earliest_on,
        cast(sum(parted.events) as bigint) as events,
        {{ quantity_within('sum(parted.quantity)') }} as quantity
    from parted
    cross join days
    group by
        parted.account_id,
        parted.product_id,
        parted.contract_line_id,
        parted.effective_on,
        parted.counted_on,
        parted.is_day_seen,
        days.as_of
    -- A quantity of nought, delivered or told by a revision, still shows that there was usage.
    having sum(parted.rows_held) > 0 or sum(parted.events) <> 0
),

assigned as (
    select
        resummed.*,
        owners.customer_id,
        owners.entity_id,
        case when resummed.contract_line_id is not null
            then {{ month_of('resummed.counted_on') }}
        end as service_month,
        case
            when resummed.contract_line_id is not null then null
            when owners.account_id is null then 'unknown_account'
            when products.product_id is null then 'unknown_product'
            else 'no_contract_line'
        end as reason
    from resummed
    left join owners on resummed.account_id = owners.account_id
    left join products on resummed.product_id = products.product_id
)

select * from assigned
