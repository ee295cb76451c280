{{ config(materialized='view') }}
with

lines as (
    select * from {{ ref('int_usage_rated') }}
),

defects as (
    select * from {{ ref('int_contract_lines_checked') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

priceable as (
    select
        lines.*,
        currencies.minor_units
    from lines
    inner join currencies on lines.currency = currencies.currency
    left join defects
        on lines.contract_line_id = defects.contract_line_id
        and lines.effective_on = defects.effective_on
    where defects.kind is null
),

-- A month's amount is the price of all until its end less that of all before, nought at first.
points as (
    select
        *,
        1 as sign,
        billable_to_date as point_quantity,
        events_before + events as point_events
    from priceable
    union all
    select
        *,
        -1 as sign,
        billable_before as point_quantity,
        events_before as point_events
    from priceable
    where not is_first
)

select * from points
