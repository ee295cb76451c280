with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

steps as (
    select * from {{ ref('int_obligation_steps_listed') }}
),

versions_valued as (
    select * from {{ ref('int_fixed_versions_valued') }}
),

-- As the contract stood at a step, each version before it held until the next one, and its own to the end.
stretches as (
    select
        later.obligation_id,
        later.step_no,
        earlier.contract_line_id,
        earlier.version_no,
        earlier.effective_on as first_day,
        case
            when earlier.step_no = later.step_no then earlier.ends_on
            else {{ add_days('following.effective_on', '-1') }}
        end as last_day
    from steps as later
    inner join steps as earlier
        on
            later.obligation_id = earlier.obligation_id
            and later.step_no >= earlier.step_no
    left join steps as following
        on
            earlier.obligation_id = following.obligation_id
            and earlier.step_no + 1 = following.step_no
),

parts as (
    select
        stretches.obligation_id,
        stretches.step_no,
        versions_valued.net_amount,
        versions_valued.minor_units,
        {{ days_covered('versions_valued.period_from', 'versions_valued.period_to') }} as days_whole,
        {{ days_between(
            'versions_valued.period_from', 'greatest(versions_valued.period_from, stretches.first_day)'
        ) }} as days_before,
        {{ days_covered(
            'versions_valued.period_from', 'least(versions_valued.period_to, stretches.last_day)'
        ) }} as days_to_date
    from stretches
    inner join versions_valued
        on
            stretches.contract_line_id = versions_valued.contract_line_id
            and stretches.version_no = versions_valued.version_no
            and stretches.first_day <= versions_valued.period_to
            and stretches.last_day >= versions_valued.period_from
),

as_agreed as (
    select
        obligation_id,
        step_no,
        cast(sum(
            {{ part_of_money('net_amount', 'days_to_date', 'days_whole', 'minor_units') }}
            - {{ part_of_money('net_amount', 'days_before', 'days_whole', 'minor_units') }}
        ) as {{ money_type() }}) as price_after
    from parts
    group by obligation_id, step_no
),

-- The last step is what the line bills; before it, what it would have billed. A cancelled line keeps its uncut price
-- here: what the cut leaves is recognised in the month of the cancellation.
amended as (
    select
        steps.obligation_id,
        steps.step_no,
        steps.effective_on,
        steps.ends_on,
        steps.is_catch_up,
        case
            when steps.is_last and obligations.cancelled_on is null then obligations.transaction_price
            else coalesce(as_agreed.price_after, 0)
        end as price_after
    from steps
    inner join obligations on steps.obligation_id = obligations.obligation_id
    left join as_agreed
        on
            steps.obligation_id = as_agreed.obligation_id
            and steps.step_no = as_agreed.step_no
)

select * from amended
