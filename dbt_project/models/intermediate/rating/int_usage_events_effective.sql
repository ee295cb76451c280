{{ config(materialized='view') }}
with

-- A quantity of nought is no event (as a revision it cancels one): it is kept, and never counted.
events as (
    select * from {{ ref('int_usage_events_dated') }}
),

superseded as (
    select
        file_no,
        source_row
    from {{ ref('int_usage_events_repeated') }}
    where not is_effective
),

effective as (
    select events.*
    from events
    left join superseded
        on events.file_no = superseded.file_no and events.source_row = superseded.source_row
    where superseded.file_no is null
)

select * from effective
