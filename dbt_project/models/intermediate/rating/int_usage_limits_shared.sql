with

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

covered as (
    select * from {{ ref('int_usage_months_covered') }}
),

priced as (
    select * from {{ ref('int_usage_priced') }}
),

defects as (
    select * from {{ ref('int_contract_lines_checked') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

limited_lines as (
    select contract_line_id
    from versions
    where minimum_amount is not null or maximum_amount is not null
    group by contract_line_id
),

-- Each version brings the share of its own minimum and maximum for the days it covers of the month.
shares as (
    select
        covered.*,
        versions.maximum_amount,
        currencies.minor_units,
        day({{ month_end('covered.service_month') }}) as days_in_month,
        {{ part_of_total(
            'versions.minimum_amount', days_covered('covered.service_from', 'covered.service_to')
        ) }} as minimum_parts,
        {{ part_of_total(
            'versions.maximum_amount', days_covered('covered.service_from', 'covered.service_to')
        ) }} as maximum_parts
    from covered
    inner join limited_lines on covered.contract_line_id = limited_lines.contract_line_id
    inner join versions
        on covered.contract_line_id = versions.contract_line_id
        and covered.effective_on = versions.effective_on
    inner join currencies on versions.currency = currencies.currency
    left join defects
        on covered.contract_line_id = defects.contract_line_id
        and covered.effective_on = defects.effective_on
    where defects.kind is null
),

used as (
    select
        contract_line_id,
        effective_on,
        service_month,
        sum(amount) as amount
    from priced
    group by contract_line_id, effective_on, service_month
),

-- They hold per contract line and month over all accounts, against the sum of rounded usage lines.
limits as (
    select
        shares.contract_line_id,
        shares.service_month,
        max(shares.effective_on) as effective_on,
        min(shares.service_from) as service_from,
        max(shares.service_to) as service_to,
        {{ share_as_money(
            'sum(shares.minimum_parts)', 'max(shares.days_in_month)', 'max(shares.minor_units)'
        ) }} as minimum_amount,
        {{ share_as_money(
            'sum(shares.maximum_parts)', 'max(shares.days_in_month)', 'max(shares.minor_units)'
        ) }} as maximum_amount,
        coalesce(sum(used.amount) filter (where shares.maximum_amount is not null), 0)
            as capped_usage,
        coalesce(sum(used.amount), 0) as usage
    from shares
    left join used
        on shares.contract_line_id = used.contract_line_id
        and shares.effective_on = used.effective_on
        and shares.service_month = used.service_month
    group by shares.contract_line_id, shares.service_month
)

select * from limits
