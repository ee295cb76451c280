{{ config(materialized='view') }}
with

assigned as (
    select * from {{ ref('int_usage_assigned') }}
    where reason is null and is_seen
),

covered as (
    select * from {{ ref('int_usage_months_covered') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

-- In a line one of whose versions accumulates, the usage of all of them counts.
accumulating as (
    select
        contract_line_id,
        bool_or(aggregate_by = 'account') as tells_accounts_apart
    from versions
    group by contract_line_id
    having bool_or(accumulate_over <> 'month')
),

-- Only sums and counts accumulate.
counted as (
    select
        assigned.contract_line_id,
        assigned.effective_on,
        assigned.account_id,
        assigned.service_month,
        accumulating.tells_accounts_apart,
        case products.aggregation
            when 'count' then cast(assigned.events as decimal(28, 12)) else assigned.quantity
        end as quantity,
        assigned.events
    from assigned
    inner join accumulating on assigned.contract_line_id = accumulating.contract_line_id
    inner join products on assigned.product_id = products.product_id
),

told as (
    -- All accounts together; a month without usage has passed as well.
    select contract_line_id, effective_on, null as account_id, service_month, quantity, events
    from counted
    union all
    select
        covered.contract_line_id, covered.effective_on, null, covered.service_month, 0, 0
    from covered
    inner join accumulating on covered.contract_line_id = accumulating.contract_line_id
    union all
    -- Each account by itself, also under a version that pools them, where another does not.
    select contract_line_id, effective_on, account_id, service_month, quantity, events
    from counted
    where tells_accounts_apart
),

used as (
    select
        contract_line_id,
        effective_on,
        cast(account_id as varchar) as account_id,
        service_month,
        sum(quantity) as quantity,
        sum(events) as events
    from told
    group by contract_line_id, effective_on, cast(account_id as varchar), service_month
)

select
    used.*,
    versions.accumulate_over,
    covered.contract_year
from used
inner join versions
    on used.contract_line_id = versions.contract_line_id
    and used.effective_on = versions.effective_on
left join covered
    on used.contract_line_id = covered.contract_line_id
    and used.effective_on = covered.effective_on
    and used.service_month = covered.service_month
