{{ config(materialized='view') }}
with

lines as (
    select * from {{ ref('int_usage_rated') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

defects as (
    select * from {{ ref('int_contract_lines_checked') }}
),

-- A month's amount is the price of all until its end less that of all before, nought at first.
points as (
    select
        *,
        1 as sign,
        billable_to_date as point_quantity,
        events_before + events as point_events
    from lines
    union all
    select
        *,
        -1 as sign,
        billable_before as point_quantity,
        events_before as point_events
    from lines
    where not is_first
),

priceable as (
    select
        points.*,
        versions.business_model,
        versions.charge_model,
        versions.currency,
        versions.unit_price,
        versions.rate,
        versions.fixed_fee,
        versions.package_size,
        versions.discount_percent,
        versions.flat_at_zero
    from points
    inner join versions
        on points.contract_line_id = versions.contract_line_id
        and points.effective_on = versions.effective_on
    left join defects
        on points.contract_line_id = defects.contract_line_id
        and points.effective_on = defects.effective_on
    where defects.kind is null
)

select * from priceable
