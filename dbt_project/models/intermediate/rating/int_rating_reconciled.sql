with

counted as (
    select * from {{ ref('int_usage_counted') }}
),

ids_counted as (
    select * from {{ ref('int_usage_ids_counted') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- Figures of four decimals: what differs in the twelfth still shows as the smallest difference.
summed as (
    select
        coalesce(sum(actual_events + uncounted_events), 0) as actual_events,
        {{ figure_of('coalesce(sum(expected_quantity), 0)') }} as expected_quantity,
        coalesce(sum(case when expected_quantity <> actual_quantity
            then greatest(
                {{ figure_of('abs(expected_quantity - actual_quantity)') }},
                cast(0.0001 as {{ money_type() }})
            )
        end), 0) as quantity_off
    from counted
),

-- An event of an unknown account belongs to every entity, so usage is proved as a whole for each.
reconciled as (
    select
        'usage_equals_rated_plus_unrated' as check_name,
        entities.entity_id,
        entities.as_of_month as month,
        cast(null as varchar) as currency,
        summed.expected_quantity as expected,
        summed.expected_quantity + summed.quantity_off as actual
    from entities
    cross join summed
    union all
    select
        'every_event_counted_once' as check_name,
        entities.entity_id,
        entities.as_of_month as month,
        null as currency,
        ids_counted.expected_events as expected,
        summed.actual_events as actual
    from entities
    cross join summed
    cross join ids_counted
)

select
    check_name,
    entity_id,
    month,
    currency,
    cast(expected as {{ money_type() }}) as expected,
    cast(actual as {{ money_type() }}) as actual
from reconciled
