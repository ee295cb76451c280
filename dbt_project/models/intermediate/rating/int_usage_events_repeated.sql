{{ config(
    materialized='accumulated',
    whole_at_close=true,
    replaces=['file_no', 'source_row'],
    finds=rows_that_came_again()
) }}
with

earlier as (
    select * from {{ ref('stg_usage__events') }}
    where {{ rows_taken_before() }}
        and {{ in_files_of_rows_found() }}
        and event_id in (select event_id from {{ rows_found() }})
),

repeated_ids as (
    select event_id from {{ ref('stg_usage__events') }}
    where {{ rows_newly_taken() }}
    group by event_id
    having count(*) > 1
    union
    select event_id from {{ rows_found() }}
),

found as (
    select * from earlier
    union all
    select * from {{ ref('stg_usage__events') }}
    where {{ rows_newly_taken() }} and event_id in (select event_id from repeated_ids)
),

-- What stays here fits whatever types later files have.
repeated as (
    select
        {{ all_but(['event_id', 'quantity', 'occurred_at']) }},
        cast(event_id as varchar) as event_id,
        cast(quantity as decimal(28, 12)) as quantity,
        cast(occurred_at as {{ instant_type() }}) as occurred_at
    from found
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
        *,
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
