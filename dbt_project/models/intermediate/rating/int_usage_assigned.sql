with

usage as (
    select * from {{ ref('int_usage_rolled_up') }}
),

lines as (
    select * from {{ ref('int_usage_lines_scheduled') }}
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

-- Rated usage is seen by its local day, unrated usage by its UTC day.
taken as (
    select
        usage.account_id,
        usage.product_id,
        lines.contract_line_id,
        lines.effective_on,
        case when lines.contract_line_id is not null
            then {{ month_first_day('usage.used_on') }}
            else usage.utc_on
        end as counted_on,
        case when lines.contract_line_id is not null then usage.used_on else usage.utc_on end
        <= days.as_of as is_seen,
        greatest(usage.used_on, usage.utc_on) as latest_on,
        usage.events,
        usage.quantity
    from usage
    cross join days
    left join lines
        on usage.account_id = lines.account_id
        and usage.product_id = lines.product_id
        and usage.used_on >= lines.from_on
        and usage.used_on <= coalesce(lines.through_on, usage.used_on)
),

summed as (
    select
        account_id,
        product_id,
        contract_line_id,
        effective_on,
        counted_on,
        is_seen,
        min(latest_on) as earliest_on,
        cast(sum(events) as bigint) as events,
        {{ quantity_within('sum(quantity)') }} as quantity
    from taken
    group by account_id, product_id, contract_line_id, effective_on, counted_on, is_seen
    having sum(events) <> 0 or sum(quantity) <> 0
),

assigned as (
    select
        summed.*,
        owners.customer_id,
        owners.entity_id,
        case when summed.contract_line_id is not null
            then {{ month_of('summed.counted_on') }}
        end as service_month,
        case
            when summed.contract_line_id is not null then null
            when owners.account_id is null then 'unknown_account'
            when products.product_id is null then 'unknown_product'
            else 'no_contract_line'
        end as reason
    from summed
    left join owners on summed.account_id = owners.account_id
    left join products on summed.product_id = products.product_id
)

select * from assigned
