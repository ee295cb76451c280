with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

governed as (
    select * from {{ ref('int_straight_lines_governed') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

weighed as (
    select
        governed.obligation_id,
        governed.units_before,
        governed.units_left,
        governed.weight_whole,
        governed.minor_units,
        governed.amount_at_entry,
        months.month,
        months.last_day as month_ends_on,
        months.month = governed.first_month as is_entry,
        {{ term_weight(
            'governed.method', 'governed.effective_on', 'least(governed.ends_on, months.last_day)'
        ) }} as weight_to_date,
        least(
            governed.weight_whole,
            {{ weight_before('governed.method', 'governed.effective_on', 'months.first_day') }}
        ) as weight_earlier
    from governed
    inner join months on months.month between governed.first_month and governed.last_month
),

shared as (
    select
        *,
        units_before + {{ share_of_units('units_left', 'weight_to_date', 'weight_whole') }}
            as units_to_date,
        units_before + {{ share_of_units('units_left', 'weight_earlier', 'weight_whole') }}
            as units_earlier
    from weighed
),

-- In closed form: what is due to a month's end less what was due to the month's before.
scheduled as (
    select
        obligation_id,
        month,
        month_ends_on,
        {{ money_of_units('units_to_date', 'minor_units') }} as amount_to_date,
        case
            when is_entry then amount_at_entry
            else {{ money_of_units('units_earlier', 'minor_units') }}
        end as amount_before
    from shared
),

last_kept as (
    select
        obligation_id,
        {{ latest_value('amount_at_last', ['step_no']) }} as amount_at_last
    from governed
    group by obligation_id
),

-- What is left of the cut price falls into the month of the cancellation.
cancelled as (
    select
        obligations.obligation_id,
        {{ month_of('obligations.cancelled_on') }} as month,
        {{ month_end(month_of('obligations.cancelled_on')) }} as month_ends_on,
        obligations.transaction_price as amount_to_date,
        coalesce(last_kept.amount_at_last, 0) as amount_before
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
