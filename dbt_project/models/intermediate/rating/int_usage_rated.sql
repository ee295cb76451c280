with

covered as (
    select * from {{ ref('int_usage_months_covered') }}
),

grouped as (
    select * from {{ ref('int_usage_grouped') }}
),

-- Per-account lines exist only where there is usage.
lines as (
    select
        {{ all_but(['account_id'], 'covered') }},
        grouped.account_id,
        coalesce(grouped.events, 0) as events,
        coalesce(grouped.quantity, 0) as used_quantity,
        cast(coalesce(case covered.aggregation
            when 'count' then cast(grouped.events as decimal(28, 12))
            when 'max' then grouped.largest_quantity
            when 'latest' then grouped.latest_quantity
            when 'unique_count' then cast(grouped.unique_values as decimal(28, 12))
            else grouped.quantity
        end, 0) as decimal(28, 12)) as aggregated_quantity
    from covered
    left join grouped
        on covered.contract_line_id = grouped.contract_line_id
        and covered.effective_on = grouped.effective_on
        and covered.service_month = grouped.service_month
    where covered.aggregate_by <> 'account' or grouped.account_id is not null
),

-- What earlier months of the year or term used, by any version, counts for included and tiers.
accumulated as (
    select
        *,
        case accumulate_over
            when 'contract_year' then sum(aggregated_quantity) over earlier_in_year
            when 'term' then sum(aggregated_quantity) over earlier_in_term
        end as sum_before,
        case accumulate_over
            when 'contract_year' then sum(events) over earlier_in_year
            when 'term' then sum(events) over earlier_in_term
        end as events_so_far,
        case
            when accumulate_over <> 'month' then included_quantity
            else {{ share_of_quantity(
                'included_quantity', days_covered('service_from', 'service_to'), 'days_in_month'
            ) }}
        end as included_share
    from lines
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
        {{ all_but(['sum_before', 'events_so_far']) }},
        sum_before is null as is_first,
        {{ quantity_within('coalesce(sum_before, 0)') }} as quantity_before,
        cast(coalesce(events_so_far, 0) as bigint) as events_before
    from accumulated
),

-- A negative quantity takes nothing of what is included.
billable as (
    select
        *,
        case
            when quantity_before + aggregated_quantity < 0
                then quantity_before + aggregated_quantity
            else greatest(quantity_before + aggregated_quantity - included_share, 0)
        end as billable_to_date,
        case
            when is_first then 0
            when quantity_before < 0 then quantity_before
            else greatest(quantity_before - included_share, 0)
        end as billable_before
    from begun
),

rated as (
    select *, {{ quantity_within('billable_to_date - billable_before') }} as billable_quantity
    from billable
)

select
    contract_line_id, effective_on, account_id, service_month, service_from, service_to,
    contract_id, customer_id, entity_id, product_id, product_line, business_model, charge_model,
    currency, unit_price, rate, fixed_fee, package_size, discount_percent, flat_at_zero,
    events, events_before, used_quantity, is_first, billable_before, billable_to_date,
    billable_quantity, source_file, source_row
from rated
