{{ config(
    materialized='accumulated',
    whole_at_close=true,
    replaces=['file_no', 'source_row'],
    literals={
        'earliest_taken__': "select case when sum(rows_held) > 10000000"
            ~ " then min(earliest_at) filter (where file_no > taken_through__) end"
            ~ " from staging.stg_usage__totals",
        'latest_before__': "select case when sum(rows_held) > 10000000"
            ~ " then max(latest_at) filter (where file_no <= taken_through__)"
            ~ " + interval 1 microsecond else timestamp '2261-12-31' end"
            ~ " from staging.stg_usage__totals",
    }
) }}
with

-- What comes again carries its event's time: beyond ten million rows only so far back is looked.
earlier as (
    select * from {{ ref('stg_usage__events') }}
    where {{ rows_taken_before() }}
        and occurred_at between earliest_taken__ and latest_before__
        and event_id in (
            select event_id from {{ ref('stg_usage__events') }}
            where {{ rows_taken_now() }} and occurred_at <= latest_before__
        )
),

repeated_ids as (
    select event_id from {{ ref('stg_usage__events') }}
    where {{ rows_taken_now() }}
    group by event_id
    having count(*) > 1
    union
    select event_id from earlier
),

repeated as (
    select * from earlier
    union all
    select * from {{ ref('stg_usage__events') }}
    where {{ rows_taken_now() }} and event_id in (select event_id from repeated_ids)
),

-- The lowest revision says which event it is.
identified as (
    select
        *,
        first_value(account_id) over history as first_account_id,
        first_value(product_id) over history as first_product_id,
        first_value(occurred_at) over history as first_occurred_at
    from repeated
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
        {{ all_but(['event_id']) }},
        cast(event_id as varchar) as event_id,
        is_same_event
        and quantity = first_quantity
        and coalesce(dimension, '') = first_dimension as is_kept
    from compared
),

-- The highest kept revision is the effective one.
ranked as (
    select
        *,
        is_kept and copy_no = 1 and row_number() over (
            partition by event_id, is_kept and copy_no = 1
            order by revision desc, file_no, source_row
        ) = 1 as is_effective
    from judged
)

select * from ranked
