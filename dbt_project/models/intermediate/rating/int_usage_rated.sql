with

lines as (
    select * from {{ ref('int_usage_measured') }}
),

accumulating as (
    select * from {{ ref('int_usage_accumulating') }}
),

-- What earlier months of the year or term used, by any version, counts for included and tiers.
summed_before as (
    select
        contract_line_id,
        effective_on,
        account_id,
        service_month,
        case accumulate_over
            when 'contract_year' then sum(quantity) over earlier_in_year
            when 'term' then sum(quantity) over earlier_in_term
        end as quantity_before,
        case accumulate_over
            when 'contract_year' then sum(events) over earlier_in_year
            when 'term' then sum(events) over earlier_in_term
        end as events_before
    from accumulating
    window
        earlier_in_year as (
            partition by contract_line_id, account_id, contract_year
            order by service_month, effective_on rows between unbounded preceding and 1 preceding
        ),
        earlier_in_term as (
            partition by contract_line_id, account_id order by service_month, effective_on
            rows between unbounded preceding and 1 preceding
        )
),

begun as (
    select
        lines.*,
        before.quantity_before is null as is_first,
        {{ quantity_within('coalesce(before.quantity_before, 0)') }} as quantity_before,
        cast(coalesce(before.events_before, 0) as bigint) as events_before,
        case
            when lines.accumulate_over <> 'month' or lines.included_quantity = 0
                then lines.included_quantity
            else {{ share_of_quantity(
                'lines.included_quantity',
                days_covered('lines.service_from', 'lines.service_to'),
                'day(' ~ month_end('lines.service_month') ~ ')'
            ) }}
        end as included_share
    from lines
    left join summed_before as before
        on lines.contract_line_id = before.contract_line_id
        and lines.effective_on = before.effective_on
        and lines.account_id is not distinct from before.account_id
        and lines.service_month = before.service_month
),

-- A negative quantity takes nothing of what is included.
billable as (
    select
        *,
        {{ quantity_within(
            'case when quantity_before + aggregated_quantity < 0'
            ~ ' then quantity_before + aggregated_quantity'
            ~ ' else greatest(quantity_before + aggregated_quantity - included_share, 0) end'
        ) }} as billable_to_date,
        case
            when is_first then 0
            when quantity_before < 0 then quantity_before
            else greatest(quantity_before - included_share, 0)
        end as billable_before
    from begun
)

select
    contract_line_id, effective_on, account_id, service_month, product_id, service_from, service_to,
    events, events_before, used_quantity, is_first, billable_before, billable_to_date,
    {{ quantity_within('billable_to_date - billable_before') }} as billable_quantity
from billable
