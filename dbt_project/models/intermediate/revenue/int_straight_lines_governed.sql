with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

spreads as (
    select * from {{ ref('int_obligation_spreads_cut') }}
),

-- A month is governed by the last step that holds on its last day.
bounded as (
    select
        spreads.*,
        obligations.method,
        obligations.minor_units,
        obligations.cancelled_on,
        {{ month_of('spreads.effective_on') }} as first_month,
        lead({{ month_before('spreads.effective_on') }}) over (
            partition by spreads.obligation_id
            order by spreads.step_no
        ) as month_before_next
    from spreads
    inner join obligations on spreads.obligation_id = obligations.obligation_id
),

-- Cancelled: earlier months stand; the month of the cancellation is no month of the spread.
cut as (
    select
        *,
        least(
            coalesce(month_before_next, {{ month_of('ends_on') }}),
            coalesce({{ month_before('cancelled_on') }}, '9999-12')
        ) as last_month
    from bounded
),

weighed as (
    select
        *,
        {{ term_weight(
            'method', 'effective_on', 'least(ends_on, ' ~ month_end('last_month') ~ ')'
        ) }} as weight_at_last
    from cut
    where first_month <= last_month
),

shared as (
    select
        *,
        units_before + {{ share_of_units('units_left', 'weight_at_last', 'weight_whole') }}
            as units_at_last
    from weighed
),

rounded as (
    select
        *,
        {{ money_of_units('units_at_last', 'minor_units') }} as amount_at_last
    from shared
),

governed as (
    select
        obligation_id,
        step_no,
        method,
        minor_units,
        effective_on,
        ends_on,
        first_month,
        last_month,
        weight_whole,
        units_before,
        units_left,
        amount_at_last,
        coalesce(lag(amount_at_last) over (
            partition by obligation_id
            order by step_no
        ), 0) as amount_at_entry
    from rounded
)

select * from governed
