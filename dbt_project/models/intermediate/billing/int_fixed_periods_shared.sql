with

periods as (
    select * from {{ ref('int_fixed_periods_listed') }}
),

-- An advance period is billed whole by the version in force on its first day; a later version bills
-- in its own month what it makes of the rest of the period …
advance as (
    select
        *,
        effective_on as billed_version_on,
        part_from as service_from,
        part_to as service_to,
        {{ month_of('part_from') }} as billing_month,
        is_amendment as is_difference,
        1 as sign
    from periods
    where
        (billing_timing = 'advance' or period_to is null)
        and not (is_amendment and period_to is null)
),

-- … and takes back what its predecessor had billed of it, as a cancellation does.
taken_back as (
    select
        *,
        case
            when next_effective_on <= coalesce({{ add_days('cancelled_on', 1) }}, next_effective_on)
                then next_effective_on
            else effective_on
        end as billed_version_on,
        {{ add_days('valid_to', 1) }} as service_from,
        part_to as service_to,
        {{ month_of('case when valid_to = cancelled_on then cancelled_on else next_effective_on end') }}
            as billing_month,
        true as is_difference,
        -1 as sign
    from periods
    where billing_timing = 'advance' and part_to is not null and valid_to < part_to
),

-- An arrears period is billed where it ends or is cut off, each version its part by days.
arrears as (
    select
        *,
        effective_on as billed_version_on,
        part_from as service_from,
        least(part_to, valid_to) as service_to,
        {{ month_of('least(part_to, line_last_day)') }} as billing_month,
        false as is_difference,
        1 as sign
    from periods
    where billing_timing = 'arrears' and period_to is not null
),

parts as (
    select * from advance
    union all
    select * from taken_back
    union all
    select * from arrears
),

counted as (
    select
        *,
        case
            when period_to is null then 1
            else {{ days_covered('period_from', 'period_to') }}
        end as days_in_period,
        case
            when period_to is null then 0
            else {{ days_between('covered_from', 'service_from') }}
        end as days_before,
        case
            when period_to is null then 1
            else {{ days_covered('covered_from', 'service_to') }}
        end as days_to_date
    from parts
),

-- A version and what it takes back of its predecessor are one difference, shared by days once.
differences as (
    select
        contract_line_id,
        billed_version_on as effective_on,
        contract_id,
        customer_id,
        entity_id,
        product_id,
        currency,
        minor_units,
        prices_include_tax,
        account_id,
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
        contract_id,
        customer_id,
        entity_id,
        product_id,
        currency,
        prices_include_tax,
        account_id,
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
)

select * from billed
