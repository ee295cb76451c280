with

events as (
    select * from {{ ref('int_usage_events_deduplicated') }}
),

files as (
    select * from {{ ref('stg_usage__files') }}
),

refused as (
    select
        events.event_id,
        events.revision,
        events.account_id,
        events.product_id,
        events.occurred_at,
        events.quantity,
        events.first_account_id,
        events.first_product_id,
        events.first_occurred_at,
        events.first_quantity,
        files.source_file,
        events.source_row,
        events.file_no
    from events
    left join files on events.file_no = files.file_no
    where not events.is_kept
)

select * from refused
