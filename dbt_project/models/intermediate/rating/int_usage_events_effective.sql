with

events as (
    select * from {{ ref('int_usage_events_deduplicated') }}
),

kept as (
    select
        *,
        row_number() over (
            partition by event_id order by revision desc, file_no, source_row
        ) as revision_rank
    from events
    where is_kept and copy_no = 1
),

-- A quantity of nought is no event (as a revision it cancels one): it is kept, and never counted.
effective as (
    select
        event_id,
        account_id,
        product_id,
        dimension,
        revision,
        quantity,
        occurred_at
    from kept
    where revision_rank = 1
)

select * from effective
