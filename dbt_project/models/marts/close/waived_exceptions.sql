with

exceptions as (
    select * from {{ ref('exceptions') }}
),

entities as (
    select * from {{ ref('int_entities_in_use') }}
),

posted as (
    select * from {{ ref('stg_posted__waived_exceptions') }}
),

relied_on as (
    select
        entities.entity_id,
        entities.as_of_month as month,
        exceptions.exception_id,
        exceptions.waiver_id,
        exceptions.resolved_on as waived_on,
        exceptions.currency,
        exceptions.amount
    from entities
    inner join exceptions
        on {{ blocks_close('exceptions', 'entities') }}
    where exceptions.waiver_id is not null
        and entities.as_of_month > coalesce(entities.latest_closed_month, '')
),

final as (
    select entity_id, month, exception_id, waiver_id, waived_on, currency, amount from posted
    union all
    select entity_id, month, exception_id, waiver_id, waived_on, currency, amount from relied_on
)

select
    entity_id,
    month,
    exception_id,
    waiver_id,
    waived_on,
    currency,
    amount
from final
