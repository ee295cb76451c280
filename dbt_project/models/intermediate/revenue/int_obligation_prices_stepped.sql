with

steps as (
    select * from {{ ref('int_obligation_steps_listed') }}
),

periods as (
    select * from {{ ref('int_fixed_periods_priced') }}
),

versions_valued as (
    select * from {{ ref('int_fixed_versions_valued') }}
),

-- As billed by the versions up to this one; what a cancellation takes back is left aside …
billed as (
    select steps.obligation_id, steps.step_no, periods.net_amount
    from steps
    inner join periods
        on steps.contract_line_id = periods.contract_line_id
            and steps.version_effective_on >= periods.effective_on
            and (
                not steps.is_open_ended
                or greatest(periods.period_from, steps.starts_on) = steps.starts_on
                and periods.period_from <= steps.starts_on
            )
    where
        not (
            periods.is_difference
            and periods.service_from
            = coalesce({{ add_days('steps.cancelled_on', 1) }}, date '9999-12-31')
        )
),

-- … and what it would still have billed: in advance the periods yet to begin, in arrears the rest
-- of one begun, too.
unbilled as (
    select
        steps.obligation_id, steps.step_no, versions_valued.net_amount,
        versions_valued.minor_units,
        {{ days_covered('versions_valued.period_from', 'versions_valued.period_to') }}
            as days_whole,
        {{ days_between(
            'versions_valued.covered_from',
            'greatest(versions_valued.covered_from, steps.superseded_on)'
        ) }} as days_before,
        {{ days_covered(
            'versions_valued.covered_from', 'least(versions_valued.period_to, steps.ends_on)'
        ) }} as days_to_date
    from steps
    inner join versions_valued
        on steps.contract_line_id = versions_valued.contract_line_id
            and steps.version_no = versions_valued.version_no
            and steps.superseded_on <= versions_valued.period_to
            and steps.ends_on >= versions_valued.period_from
            and steps.superseded_on <= steps.ends_on
    where
        (
            versions_valued.billing_timing = 'arrears'
            or steps.superseded_on <= versions_valued.covered_from
        )
        and (not steps.is_open_ended or versions_valued.covered_from = steps.starts_on)
),

parts as (
    select * from billed
    union all
    select
        obligation_id, step_no,
        {{ part_of_money('net_amount', 'days_to_date', 'days_whole', 'minor_units') }}
        - {{ part_of_money('net_amount', 'days_before', 'days_whole', 'minor_units') }}
            as net_amount
    from unbilled
),

as_agreed as (
    select
        obligation_id, step_no, sum(net_amount) as price_after
    from parts
    group by obligation_id, step_no
),

-- The last step is what the line bills. A cancelled line keeps its uncut price here: what the cut
-- leaves is recognised in the month of the cancellation.
amended as (
    select
        steps.obligation_id, steps.step_no, steps.effective_on, steps.ends_on,
        steps.is_catch_up,
        cast(case
            when steps.is_last and steps.cancelled_on is null then steps.transaction_price
            when steps.charge_model = 'milestone' then steps.transaction_price
            else coalesce(as_agreed.price_after, 0)
        end as {{ money_type() }}) as price_after
    from steps
    left join as_agreed
        on steps.obligation_id = as_agreed.obligation_id
            and steps.step_no = as_agreed.step_no
)

select * from amended
