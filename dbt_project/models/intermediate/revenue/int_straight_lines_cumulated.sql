{% set weight_whole = term_weight('method', 'effective_on', 'ends_on') %}
with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

spreads as (
    select * from {{ ref('int_obligation_spreads_cut') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

-- A month is governed by the last step that holds on its last day.
bounded as (
    select
        spreads.*,
        obligations.method,
        obligations.minor_units,
        obligations.cancelled_on,
        {{ month_of('spreads.effective_on') }} as first_month,
        coalesce(
            {{ month_of(add_months(month_start(month_of('lead(spreads.effective_on) over (partition by spreads.obligation_id order by spreads.step_no)')), '-1')) }},
            {{ month_of('spreads.ends_on') }}
        ) as last_month
    from spreads
    inner join obligations on spreads.obligation_id = obligations.obligation_id
),

-- Cancelled: earlier months stand; what is left of the cut price falls into the month of the cancellation.
cut as (
    select
        *,
        least(
            last_month,
            coalesce({{ month_of(add_months(month_start(month_of('cancelled_on')), '-1')) }}, last_month)
        ) as last_month_kept
    from bounded
),

entered as (
    select
        *,
        {{ money_of_units(
            'units_before + ' ~ share_of_units(
                'units_left',
                term_weight('method', 'effective_on', 'least(ends_on, ' ~ month_end('last_month_kept') ~ ')'),
                weight_whole
            ), 'minor_units'
        ) }} as amount_at_last_month
    from cut
    where first_month <= last_month_kept
),

governed as (
    select
        *,
        coalesce(lag(amount_at_last_month) over (
            partition by obligation_id
            order by step_no
        ), 0) as amount_at_entry
    from entered
),

-- In closed form: what is due to a month's end less what was due to the month's before. Exploded last.
scheduled as (
    select
        governed.obligation_id,
        months.month,
        months.last_day as month_ends_on,
        {{ money_of_units(
            'governed.units_before + ' ~ share_of_units(
                'governed.units_left',
                term_weight('governed.method', 'governed.effective_on', 'least(governed.ends_on, months.last_day)'),
                term_weight('governed.method', 'governed.effective_on', 'governed.ends_on')
            ), 'governed.minor_units'
        ) }} as amount_to_date,
        case
            when months.month = governed.first_month then governed.amount_at_entry
            else {{ money_of_units(
                'governed.units_before + ' ~ share_of_units(
                    'governed.units_left',
                    term_weight(
                        'governed.method', 'governed.effective_on',
                        'least(governed.ends_on, ' ~ add_days('months.first_day', '-1') ~ ')'
                    ),
                    term_weight('governed.method', 'governed.effective_on', 'governed.ends_on')
                ), 'governed.minor_units'
            ) }}
        end as amount_before
    from governed
    inner join months on months.month between governed.first_month and governed.last_month_kept
),

last_kept as (
    select
        obligation_id,
        {{ latest_value('amount_at_last_month', ['step_no']) }} as amount_at_last_month
    from entered
    group by obligation_id
),

cancelled as (
    select
        obligations.obligation_id,
        {{ month_of('obligations.cancelled_on') }} as month,
        {{ month_end(month_of('obligations.cancelled_on')) }} as month_ends_on,
        obligations.transaction_price as amount_to_date,
        coalesce(last_kept.amount_at_last_month, 0) as amount_before
    from obligations
    left join last_kept on obligations.obligation_id = last_kept.obligation_id
    where
        obligations.cancelled_on is not null
        and obligations.method like 'straight_line%'
        and obligations.is_recognised
),

all_months as (
    select * from scheduled
    union all
    select * from cancelled
)

select
    obligation_id,
    month,
    month_ends_on,
    cast(amount_to_date - amount_before as {{ money_type() }}) as amount,
    cast(amount_to_date as {{ money_type() }}) as amount_to_date
from all_months
