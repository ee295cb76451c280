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
        is_amendment and period_to is not null as is_difference,
        1 as sign
    from periods
    where
        (billing_timing = 'advance' or period_to is null)
        and not (is_amendment and coalesce(is_billed_before, false))
),

-- … and takes back what its predecessor had billed of it, as a cancellation does. What another
-- contract had billed is taken back there, by the predecessor itself.
taken_back as (
    select
        *,
        case
            when
                next_contract_id = contract_id
                and next_effective_on
                <= coalesce({{ add_days('cancelled_on', 1) }}, next_effective_on)
                then next_effective_on
            else effective_on
        end as billed_version_on,
        {{ add_days('valid_to', 1) }} as service_from,
        part_to as service_to,
        case
            when valid_to = cancelled_on then {{ month_of('cancelled_on') }}
            else {{ month_of('next_effective_on') }}
        end as billing_month,
        true as is_difference,
        -1 as sign
    from periods
    where
        billing_timing = 'advance'
        and part_to is not null
        and valid_to < part_to
        and not (is_never_taken_back and valid_to < coalesce(cancelled_on, part_to))
),

-- An arrears period is billed where it ends or is cut off, each version its part by days. An end
-- that a later version moved before it came cuts nothing off.
arrears as (
    select
        *,
        effective_on as billed_version_on,
        part_from as service_from,
        least(part_to, valid_to) as service_to,
        {{ month_of(
            'least(period_to, line_last_day, '
            ~ 'case when valid_to in (term_ends_on, cancelled_on) then valid_to end)'
        ) }} as billing_month,
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
)

select * from counted
