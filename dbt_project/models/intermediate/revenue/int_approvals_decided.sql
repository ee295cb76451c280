with

approvals as (
    select * from {{ ref('stg_operations__approvals') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- An approval names no entity: its day is the local one of whichever entity's document it decides.
dated as (
    select
        entities.entity_id,
        approvals.document_type,
        approvals.document_id,
        approvals.decision,
        {{ local_date('approvals.decided_at', 'entities.time_zone') }} as decided_on,
        approvals.decided_at,
        approvals.file_no,
        approvals.source_row
    from approvals
    cross join entities
),

-- The latest decision known on the day stands.
ranked as (
    select
        dated.*,
        row_number() over (
            partition by dated.entity_id, dated.document_type, dated.document_id
            order by dated.decided_at desc, dated.file_no desc, dated.source_row desc
        ) as decision_rank
    from dated
    cross join days
    where dated.decided_on <= days.known_on
),

decided as (
    select
        entity_id,
        document_type,
        document_id,
        decision,
        decided_on
    from ranked
    where decision_rank = 1
)

select * from decided
