with

counted as (
    select * from {{ ref('int_fixed_parts_listed') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

-- A version and what it takes back of its predecessor are one difference, shared by days once.
differences as (
    select
        contract_line_id,
        billed_version_on as effective_on,
        product_id,
        minor_units,
        is_difference,
        billing_month,
        service_from,
        days_in_period,
        max(period_no) as period_no,
        max(period_from) as period_from,
        max(period_to) as period_to,
        max(service_to) as service_to,
        max(case when not is_difference then quantity end) as quantity,
        max(case when not is_difference then unit_price end) as unit_price,
        sum(sign * {{ part_of_total('period_amount', 'days_to_date') }}) as total_to_date,
        sum(sign * {{ part_of_total('period_amount', 'days_before') }}) as total_before
    from counted
    group by all
),

-- Rounded cumulatively, so that the parts of a period sum to the period.
shared as (
    select
        *,
        {{ share_as_unrounded('(total_to_date - total_before)', 'days_in_period') }}
            as part_unrounded,
        {{ share_as_money('total_to_date', 'days_in_period', 'minor_units') }}
        - {{ share_as_money('total_before', 'days_in_period', 'minor_units') }} as part_amount
    from differences
),

billed as (
    select
        contract_line_id,
        effective_on,
        product_id,
        is_difference,
        billing_month,
        service_from,
        max(period_no) as period_no,
        max(period_from) as period_from,
        max(period_to) as period_to,
        max(service_to) as service_to,
        max(quantity) as quantity,
        max(unit_price) as unit_price,
        cast(sum(part_unrounded) as {{ unrounded_type() }}) as amount_unrounded,
        cast(sum(part_amount) as {{ money_type() }}) as amount
    from shared
    group by all
),

-- The account is an attribute of the version that bills, also of what that takes back.
attributed as (
    select
        billed.*,
        versions.account_id
    from billed
    inner join versions
        on billed.contract_line_id = versions.contract_line_id
        and billed.effective_on = versions.effective_on
)

select * from attributed
