{{ config(materialized='view') }}
with

events as (
    select * from {{ ref('stg_usage__events') }}
),

-- The lowest revision says which event it is.
identified as (
    select
        *,
        first_value(account_id) over history as first_account_id,
        first_value(product_id) over history as first_product_id,
        first_value(occurred_at) over history as first_occurred_at
    from events
    window history as (partition by event_id order by revision, file_no, source_row)
),

matched as (
    select
        *,
        account_id = first_account_id
        and product_id = first_product_id
        and occurred_at = first_occurred_at as is_same_event
    from identified
),

-- The first loaded of an id and revision stands, among those that are of the event.
compared as (
    select
        *,
        row_number() over copies as copy_no,
        first_value(quantity) over copies as first_quantity,
        first_value(coalesce(dimension, '')) over copies as first_dimension
    from matched
    window
        copies as (
            partition by event_id, revision
            order by case when is_same_event then 0 else 1 end, file_no, source_row
        )
),

judged as (
    select
        *,
        is_same_event
        and quantity = first_quantity
        and coalesce(dimension, '') = first_dimension as is_kept
    from compared
)

select * from judged
