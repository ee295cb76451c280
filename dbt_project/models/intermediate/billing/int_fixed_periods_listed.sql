with

periods as (
    select * from {{ ref('int_billing_periods_listed') }}
),

bounded as (
    select
        *,
        {{ less_percent(times_price('quantity', 'unit_price'), 'discount_percent') }}
            as period_amount,
        greatest(period_from, valid_from) as part_from,
        least(period_to, term_ends_on) as part_to,
        greatest(period_from, line_first_day) as covered_from,
        -- A version that ended before the line began was never in force: there is nothing to amend.
        coalesce(previous_valid_to = {{ add_days('valid_from', -1) }}, false)
        and previous_valid_to >= line_starts_on
        and period_from < valid_from as is_amendment
    from periods
    where charge_model = 'fixed'
),

-- A version bills what begins while it is in force.
in_force as (
    select *
    from bounded
    where
        part_from <= coalesce(part_to, part_from)
        and part_from <= coalesce(valid_to, part_from)
)

select * from in_force
