with

periods as (
    select * from {{ ref('int_billing_periods_listed') }}
),

bounded as (
    select
        *,
        greatest(period_from, line_first_day) as service_from,
        least(period_to, term_ends_on) as service_to
    from periods
    where charge_model = 'commitment'
),

ordered as (
    select
        *,
        period_no = min(period_no) over line as is_first,
        period_no = max(period_no) over line as is_last,
        coalesce({{ days_covered('period_from', 'period_to') }}, 1) as days_in_period,
        coalesce({{ days_covered('service_from', 'service_to') }}, 1) as days_in_part
    from bounded
    where service_from <= coalesce(service_to, service_from)
    window line as (partition by contract_line_id)
),

ends as (
    select
        *,
        max(case when is_first then days_in_period end) over line as first_days,
        max(case when is_last then days_in_period end) over line as last_days
    from ordered
    window line as (partition by contract_line_id)
),

-- A whole period weighs one, a cut one its days over the period's: as integers, nothing is lost.
weighed as (
    select
        *,
        case
            when is_first then days_in_part * last_days
            when is_last then days_in_part * first_days
            else first_days * last_days
        end as weight
    from ends
),

cumulated as (
    select
        *,
        sum(weight) over (partition by contract_line_id order by period_no) as weight_to_date,
        sum(weight) over (partition by contract_line_id) as total_weight
    from weighed
),

shared as (
    select
        *,
        {{ share_as_unrounded(part_of_total('commitment_amount', 'weight'), 'total_weight') }}
            as amount_unrounded,
        cast(
            {{ share_as_money(
                part_of_total('commitment_amount', 'weight_to_date'), 'total_weight', 'minor_units'
            ) }}
            - {{ share_as_money(
                part_of_total('commitment_amount', 'weight_to_date - weight'),
                'total_weight', 'minor_units'
            ) }}
            as {{ money_type() }}
        ) as amount,
        -- What begins after a cancellation is not billed; a part once begun is whole.
        service_from <= coalesce(cancelled_on, service_from) as is_begun
    from cumulated
),

dated as (
    select
        *,
        case
            when billing_timing = 'arrears' and service_to is not null
                then {{ month_of('least(service_to, cancelled_on)') }}
            else {{ month_of('service_from') }}
        end as billing_month
    from shared
)

select * from dated
