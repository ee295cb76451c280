with

usage as (
    select * from {{ ref('int_usage_rolled_up') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

usage_versions as (
    select versions.*
    from versions
    inner join products on versions.product_id = products.product_id
    where
        versions.has_contract
        and versions.charge_model not in ('fixed', 'milestone', 'commitment')
),

-- A line that names the account goes before one that does not, then the later start, the lower id.
candidates as (
    select
        usage.account_id,
        usage.product_id,
        usage.used_on,
        usage.utc_on,
        usage_versions.contract_line_id,
        usage_versions.effective_on,
        row_number() over (
            partition by usage.account_id, usage.product_id, usage.used_on, usage.utc_on
            order by
                usage_versions.account_id asc nulls last,
                usage_versions.starts_on desc,
                usage_versions.contract_line_id asc
        ) as candidate_rank
    from usage
    inner join usage_versions
        on usage.customer_id = usage_versions.customer_id
        and usage.product_id = usage_versions.product_id
        and usage.account_id = coalesce(usage_versions.account_id, usage.account_id)
        and usage.used_on >= usage_versions.valid_from
        and usage.used_on <= coalesce(usage_versions.valid_to, usage.used_on)
),

assigned as (
    select
        usage.*,
        candidates.contract_line_id,
        candidates.effective_on,
        case
            when candidates.contract_line_id is not null then null
            when not usage.is_account_known then 'unknown_account'
            when products.product_id is null then 'unknown_product'
            else 'no_contract_line'
        end as reason
    from usage
    left join candidates
        on usage.account_id = candidates.account_id
        and usage.product_id = candidates.product_id
        and usage.used_on = candidates.used_on
        and usage.utc_on = candidates.utc_on
        and candidates.candidate_rank = 1
    left join products on usage.product_id = products.product_id
),

-- Rated usage is seen by its local day, unrated usage by its UTC day.
seen as (
    select assigned.*
    from assigned
    cross join days
    where
        case when assigned.reason is null then assigned.used_on else assigned.utc_on end
        <= days.as_of
)

select * from seen
