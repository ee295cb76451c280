with

entities as (
    select * from {{ ref('int_entities_in_use') }}
),

gates as (
    select * from {{ ref('close_gates') }}
),

measured as (
    select * from {{ ref('int_reconciliations_measured') }}
),

posted as (
    select * from {{ ref('stg_posted__reconciliations') }}
),

-- The rows of a month that its entity has closed are the ones it was closed on.
open_entities as (
    select * from entities
    where as_of_month > coalesce(latest_closed_month, '')
),

-- A check that names no entity is one of every entity.
current_checks as (
    select
        measured.check_name,
        open_entities.entity_id,
        open_entities.as_of_month as month,
        {{ currency_or_none('measured.currency') }} as currency,
        measured.expected,
        measured.actual
    from measured
    inner join open_entities
        on coalesce(measured.entity_id, open_entities.entity_id) = open_entities.entity_id
),

-- Nothing to compare is 0 = 0, and is said: a gate that vanishes must not look like one that passes
-- unseen.
idle_gates as (
    select
        gates.check_name,
        open_entities.entity_id,
        open_entities.as_of_month as month,
        '' as currency,
        cast(0 as decimal(20, 4)) as expected,
        cast(0 as decimal(20, 4)) as actual
    from gates
    cross join open_entities
    left join current_checks
        on gates.check_name = current_checks.check_name
            and open_entities.entity_id = current_checks.entity_id
    where current_checks.check_name is null
),

final as (
    select check_name, entity_id, month, currency, expected, actual from posted
    union all
    select check_name, entity_id, month, currency, expected, actual from current_checks
    union all
    select check_name, entity_id, month, currency, expected, actual from idle_gates
)

select
    check_name,
    entity_id,
    month,
    currency,
    expected,
    actual,
    cast(actual - expected as decimal(20, 4)) as difference,
    coalesce(actual = expected, false) as passed
from final
