with

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

defects as (
    select * from {{ ref('int_contract_lines_checked') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

numbers as (
    select * from {{ ref('int_months_listed') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

billable as (
    select
        versions.*,
        currencies.minor_units,
        case versions.billing_frequency when 'quarterly' then 3 when 'annual' then 12 else 1 end
            as months_in_period,
        first_value(versions.valid_from) over line as line_first_day,
        max(coalesce(versions.valid_to, date '9999-12-31')) over (
            partition by versions.contract_line_id
        ) as line_last_day,
        lag(versions.valid_to) over line as previous_valid_to,
        -- `once` without an end is billed whole: the version beside it makes no difference to it.
        versions.billing_frequency = 'once'
        and lag(versions.billing_frequency) over line = 'once'
        and (versions.term_ends_on is null or lag(versions.term_ends_on) over line is null)
            as is_billed_before
    from versions
    inner join currencies on versions.currency = currencies.currency
    left join defects
        on versions.contract_line_id = defects.contract_line_id
        and versions.effective_on = defects.effective_on
    where versions.charge_model in ('fixed', 'commitment') and defects.kind is null
    window line as (partition by versions.contract_line_id order by versions.effective_on)
),

anchored as (
    select
        *,
        coalesce(lead(is_billed_before) over line, false) as is_never_taken_back,
        case billing_anchor
            when 'calendar' then {{ calendar_period_start('line_starts_on', 'months_in_period') }}
            else line_starts_on
        end as anchor_on
    from billable
    window line as (partition by contract_line_id order by effective_on)
),

-- Periods of 1, 3 or 12 months from the anchor; of an open-ended line those begun.
recurring as (
    select
        anchored.*,
        numbers.month_no as period_no,
        {{ add_months('anchored.anchor_on', 'numbers.month_no * anchored.months_in_period') }}
            as period_from,
        {{ add_days(
            add_months('anchored.anchor_on', '(numbers.month_no + 1) * anchored.months_in_period'),
            -1
        ) }} as period_to
    from anchored
    cross join days
    inner join numbers
        on numbers.month_no * anchored.months_in_period
        <= {{ months_between('anchored.anchor_on', 'coalesce(anchored.term_ends_on, days.as_of)') }}
    where anchored.billing_frequency <> 'once'
),

-- One period, the whole term; without an end it is never shared.
once as (
    select
        *,
        0 as period_no,
        line_starts_on as period_from,
        term_ends_on as period_to
    from anchored
    where billing_frequency = 'once'
),

listed as (
    select * from recurring
    union all
    select * from once
)

select * from listed
