with

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

periods as (
    select * from {{ ref('int_fixed_periods_priced') }}
),

agreements as (
    select * from {{ ref('int_agreements_priced') }}
),

usage as (
    select * from {{ ref('int_usage_earned') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- A line with an end is one obligation: what it bills over its whole term is its consideration.
amounts_of_terms as (
    select contract_line_id, net_amount, true as is_begun from periods
    union all
    select contract_line_id, net_amount, is_begun from agreements
    union all
    select contract_line_id, net_amount, true as is_begun from usage
),

whole_terms as (
    select
        lines.contract_line_id as obligation_id,
        lines.contract_line_id, lines.starts_on, lines.ends_on, lines.cancelled_on,
        coalesce(sum(amounts_of_terms.net_amount) filter (where is_begun), 0) as net_amount,
        coalesce(sum(amounts_of_terms.net_amount), 0) as agreed_amount
    from lines
    left join amounts_of_terms on lines.contract_line_id = amounts_of_terms.contract_line_id
    where not lines.is_open_ended
    group by lines.contract_line_id, lines.starts_on, lines.ends_on, lines.cancelled_on
),

-- A line without one is an obligation per billing period, each once it has begun …
periods_begun as (
    select
        periods.contract_line_id,
        greatest(periods.period_from, lines.starts_on) as starts_on,
        -- What is sold once, without a service end, is recognised on its first day.
        case
            when lines.billing_frequency = 'once'
                then greatest(periods.period_from, lines.starts_on)
            else max(periods.period_to)
        end as ends_on,
        lines.cancelled_on,
        sum(periods.net_amount) as net_amount, sum(periods.net_amount) as agreed_amount
    from periods
    inner join lines on periods.contract_line_id = lines.contract_line_id
    cross join days
    where lines.is_open_ended and greatest(periods.period_from, lines.starts_on) <= days.as_of
    group by
        periods.contract_line_id, greatest(periods.period_from, lines.starts_on),
        lines.billing_frequency, lines.cancelled_on
),

-- … or per month it is used.
months_used as (
    select
        usage.contract_line_id || '/' || usage.service_month as obligation_id,
        usage.contract_line_id,
        greatest({{ month_start('usage.service_month') }}, lines.starts_on) as starts_on,
        {{ month_end('usage.service_month') }} as ends_on,
        lines.cancelled_on,
        usage.net_amount, usage.net_amount as agreed_amount
    from usage
    inner join lines on usage.contract_line_id = lines.contract_line_id
    where lines.is_open_ended
),

priced as (
    select * from whole_terms
    union all
    select
        contract_line_id || '/' || cast(starts_on as varchar) as obligation_id, contract_line_id,
        starts_on, coalesce(ends_on, starts_on) as ends_on, cancelled_on, net_amount, agreed_amount
    from periods_begun
    union all
    select * from months_used
)

select
    obligation_id,
    contract_line_id,
    starts_on,
    ends_on,
    -- A cancellation on or after the last day cuts nothing.
    case when cancelled_on < ends_on then cancelled_on end as cancelled_on,
    cast(net_amount as {{ money_type() }}) as transaction_price,
    cast(agreed_amount as {{ money_type() }}) as agreed_price
from priced
