with

entities as (
    select * from {{ ref('int_entities_in_use') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

posted_periods as (
    select * from {{ ref('stg_posted__periods') }}
),

-- A fact from before the first close is booked in the first open month and opens none of its own.
entity_months as (
    select
        entities.entity_id,
        months.month
    from entities
    inner join months
        on months.month between
            greatest(entities.first_month, entities.first_open_month) and entities.as_of_month
),

-- A closed month stays listed, whatever later facts say about where the books begin.
listed as (
    select entity_id, month from entity_months
    union
    select entity_id, month from posted_periods where is_closed
),

final as (
    select
        listed.entity_id,
        listed.month,
        case when posted_periods.is_closed then 'closed' else 'open' end as status,
        case when posted_periods.is_closed then posted_periods.closed_at end as closed_at,
        case when posted_periods.is_closed then posted_periods.requested_by end as requested_by,
        case when posted_periods.is_closed then posted_periods.known_on end as known_on,
        case when posted_periods.is_closed then posted_periods.close_no end as close_no,
        case when posted_periods.is_closed then posted_periods.row_hash end as row_hash,
        case when posted_periods.is_closed then posted_periods.chain_hash end as chain_hash
    from listed
    left join posted_periods
        on listed.entity_id = posted_periods.entity_id
            and listed.month = posted_periods.month
)

select
    entity_id,
    month,
    status,
    closed_at,
    requested_by,
    known_on,
    close_no,
    row_hash,
    chain_hash
from final
