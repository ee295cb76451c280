with

decisions as (
    select * from {{ ref('stg_operations__receipt_customers') }}
),

receipts as (
    select * from {{ ref('int_receipts_seen') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- The day of a decision is the local one of the entity whose money it is; nobody's day is UTC's.
dated as (
    select
        decisions.*,
        {{ local_date('decisions.decided_at', "coalesce(entities.time_zone, 'UTC')") }}
            as decided_on
    from decisions
    left join receipts on decisions.receipt_id = receipts.receipt_id
    left join entities on receipts.entity_id = entities.entity_id
),

-- A decision not known yet hides none that is: the earlier one stands until its day.
ranked as (
    select
        dated.*,
        row_number() over (
            partition by dated.receipt_id
            order by dated.updated_at desc nulls last, dated.file_no desc, dated.source_row desc
        ) as version_rank
    from dated
    cross join days
    where dated.decided_on <= days.known_on
),

seen as (
    select
        receipt_id,
        customer_id,
        decided_on,
        source_file,
        source_row
    from ranked
    where version_rank = 1 and not is_deleted
)

select * from seen
