with

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- Months without usage count where all accounts share a line, where it has a minimum or maximum and
-- where its contract year begins in one. Any other line has its months from its usage.
counting_lines as (
    select contract_line_id
    from versions
    where charge_model not in ('fixed', 'milestone', 'commitment')
    group by contract_line_id
    having bool_or(
        aggregate_by <> 'account'
        or minimum_amount is not null
        or maximum_amount is not null
        or accumulate_over = 'contract_year'
    )
),

usage_versions as (
    select
        versions.contract_line_id,
        versions.effective_on,
        versions.aggregate_by,
        versions.valid_from,
        versions.valid_to,
        contracts.starts_on as contract_starts_on
    from versions
    inner join counting_lines on versions.contract_line_id = counting_lines.contract_line_id
    inner join contracts on versions.contract_id = contracts.contract_id
    inner join products on versions.product_id = products.product_id
    where versions.charge_model not in ('fixed', 'milestone', 'commitment')
),

-- The calendar cut to what can match: a join by range costs its length for every version.
elapsed as (
    select months.*
    from months
    inner join days on months.first_day <= days.as_of
    where months.last_day >= (select min(usage_versions.valid_from) from usage_versions)
),

covered as (
    select
        usage_versions.*,
        elapsed.month as service_month,
        greatest(usage_versions.valid_from, elapsed.first_day) as service_from,
        least(usage_versions.valid_to, elapsed.last_day) as service_to
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
    group by contract_line_id, service_month
)

select
    covered.contract_line_id,
    covered.effective_on,
    covered.service_month,
    covered.service_from,
    covered.service_to,
    covered.aggregate_by,
    {{ whole_years_between('covered.contract_starts_on', 'first_covered.first_covered_on') }}
        as contract_year
from covered
inner join first_covered
    on covered.contract_line_id = first_covered.contract_line_id
    and covered.service_month = first_covered.service_month
