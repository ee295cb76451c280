with

obligations as (
    select * from {{ ref('int_obligations_priced') }}
),

steps as (
    select * from {{ ref('int_obligation_steps_listed') }}
),

periods as (
    select * from {{ ref('int_fixed_periods_priced') }}
),

versions_valued as (
    select * from {{ ref('int_fixed_versions_valued') }}
),

-- From the day on which the next version, or the cancellation, takes over, a step's price is what
-- it would have been.
bounded as (
    select
        steps.*,
        coalesce(
            lead(steps.effective_on) over (partition by steps.obligation_id order by steps.step_no),
            {{ add_days('obligations.cancelled_on', 1) }}
        ) as superseded_on,
        obligations.is_open_ended, obligations.charge_model, obligations.starts_on,
        obligations.transaction_price, obligations.cancelled_on
    from steps
    inner join obligations on steps.obligation_id = obligations.obligation_id
),

-- As billed by the versions up to this one; what a cancellation takes back is left aside …
billed as (
    select
        bounded.obligation_id, bounded.step_no, periods.net_amount
    from bounded
    inner join periods
        on bounded.contract_line_id = periods.contract_line_id
            and bounded.version_effective_on >= periods.effective_on
            and (
                not bounded.is_open_ended
                or greatest(periods.period_from, bounded.starts_on) = bounded.starts_on
                and periods.period_from <= bounded.starts_on
            )
    where
        not (
            periods.is_difference
            and periods.service_from
            = coalesce({{ add_days('bounded.cancelled_on', 1) }}, date '9999-12-31')
        )
),

-- … and what it would still have billed: in advance the periods yet to begin, in arrears the rest
-- of one begun, too.
unbilled as (
    select
        bounded.obligation_id, bounded.step_no, versions_valued.net_amount,
        versions_valued.minor_units,
        {{ days_covered('versions_valued.period_from', 'versions_valued.period_to') }}
            as days_whole,
        {{ days_between(
            'versions_valued.covered_from',
            'greatest(versions_valued.covered_from, bounded.superseded_on)'
        ) }} as days_before,
        {{ days_covered(
            'versions_valued.covered_from', 'least(versions_valued.period_to, bounded.ends_on)'
        ) }} as days_to_date
    from bounded
    inner join versions_valued
        on bounded.contract_line_id = versions_valued.contract_line_id
            and bounded.version_no = versions_valued.version_no
            and bounded.superseded_on <= versions_valued.period_to
            and bounded.ends_on >= versions_valued.period_from
            and bounded.superseded_on <= bounded.ends_on
    where
        (
            versions_valued.billing_timing = 'arrears'
            or bounded.superseded_on <= versions_valued.covered_from
        )
        and (not bounded.is_open_ended or versions_valued.covered_from = bounded.starts_on)
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
        obligation_id, step_no,
        sum(net_amount) as price_after
    from parts
    group by obligation_id, step_no
),

-- The last step is what the line bills. A cancelled line keeps its uncut price here: what the cut
-- leaves is recognised in the month of the cancellation.
amended as (
    select
        bounded.obligation_id, bounded.step_no, bounded.effective_on, bounded.ends_on,
        bounded.is_catch_up,
        cast(case
            when bounded.is_last and bounded.cancelled_on is null then bounded.transaction_price
            when bounded.charge_model = 'milestone' then bounded.transaction_price
            else coalesce(as_agreed.price_after, 0)
        end as {{ money_type() }}) as price_after
    from bounded
    left join as_agreed
        on bounded.obligation_id = as_agreed.obligation_id
            and bounded.step_no = as_agreed.step_no
)

select * from amended
