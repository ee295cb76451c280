with

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

periods as (
    select * from {{ ref('int_fixed_periods_priced') }}
),

usage as (
    select * from {{ ref('int_usage_earned') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- A line with an end is one obligation: what it bills over its whole term is its consideration.
whole_terms as (
    select
        contract_line_id as obligation_id, contract_line_id, starts_on, ends_on
    from lines
    where not is_open_ended
),

-- A line without one is an obligation per billing period, each once it has begun.
periods_begun as (
    select
        periods.contract_line_id,
        greatest(periods.period_from, lines.starts_on) as starts_on,
        -- What is sold once, without a service end, is recognised on its first day.
        case
            when lines.billing_frequency = 'once'
                then greatest(periods.period_from, lines.starts_on)
            else max(periods.period_to)
        end as ends_on
    from periods
    inner join lines on periods.contract_line_id = lines.contract_line_id
    cross join days
    where lines.is_open_ended and greatest(periods.period_from, lines.starts_on) <= days.as_of
    group by
        periods.contract_line_id, greatest(periods.period_from, lines.starts_on),
        lines.billing_frequency
),

single_periods as (
    select
        contract_line_id || '/' || cast(starts_on as varchar) as obligation_id,
        contract_line_id, starts_on,
        coalesce(ends_on, starts_on) as ends_on
    from periods_begun
),

months_used as (
    select
        usage.contract_line_id || '/' || usage.service_month as obligation_id,
        usage.contract_line_id,
        greatest({{ month_start('usage.service_month') }}, min(lines.starts_on)) as starts_on,
        {{ month_end('usage.service_month') }} as ends_on
    from usage
    inner join lines on usage.contract_line_id = lines.contract_line_id
    where lines.is_open_ended
    group by usage.contract_line_id, usage.service_month
),

terms as (
    select * from whole_terms
    union all
    select * from single_periods
    union all
    select * from months_used
)

select * from terms
