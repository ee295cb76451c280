with

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- The calendar cut to what can match: a join by range costs its length for every version.
elapsed as (
    select months.*
    from months
    inner join days on months.first_day <= days.as_of
    where months.last_day >= (select min(versions.valid_from) from versions)
),

usage_versions as (
    select
        {{ all_but([
            'account_id', 'billing_frequency', 'billing_anchor', 'billing_timing', 'quantity',
            'commitment_amount', 'bundle_id', 'revenue_rule', 'modification_method', 'starts_on',
            'ends_on', 'term_ends_on', 'line_starts_on', 'next_effective_on', 'version_no',
        ], 'versions') }},
        products.aggregation,
        products.product_line,
        contracts.starts_on as contract_starts_on
    from versions
    inner join contracts on versions.contract_id = contracts.contract_id
    inner join products on versions.product_id = products.product_id
    where versions.charge_model not in ('fixed', 'milestone', 'commitment')
),

-- Every month a version covers up to the day of the books, used or not.
covered as (
    select
        usage_versions.*,
        elapsed.month as service_month,
        greatest(usage_versions.valid_from, elapsed.first_day) as service_from,
        least(usage_versions.valid_to, elapsed.last_day) as service_to,
        {{ days_covered('elapsed.first_day', 'elapsed.last_day') }} as days_in_month
    from usage_versions
    cross join days
    inner join elapsed
        on elapsed.last_day >= usage_versions.valid_from
        and elapsed.first_day <= coalesce(usage_versions.valid_to, days.as_of)
    where usage_versions.valid_from <= least(usage_versions.valid_to, days.as_of)
),

-- A month belongs to the contract year its first covered day falls in, whatever version covers it.
first_covered as (
    select
        contract_line_id,
        service_month,
        min(service_from) as first_covered_on
    from covered
    where contract_line_id in (
        select contract_line_id from versions
        where accumulate_over = 'contract_year'
    )
    group by contract_line_id, service_month
),

counted as (
    select
        covered.*,
        {{ whole_years_between('covered.contract_starts_on', 'first_covered.first_covered_on') }}
            as contract_year
    from covered
    left join first_covered
        on covered.contract_line_id = first_covered.contract_line_id
        and covered.service_month = first_covered.service_month
)

select * from counted
