with

events as (
    select * from {{ ref('int_usage_events_repeated') }}
),

files as (
    select * from {{ ref('stg_usage__files') }}
),

contradicting as (
    select * from events where not is_kept
),

-- Sent again as the event first was, or as a higher revision of it, it is in good form.
answered as (
    select
        contradicting.file_no,
        contradicting.source_row
    from contradicting
    inner join events as again
        on contradicting.event_id = again.event_id
            and contradicting.first_account_id = again.account_id
            and contradicting.first_product_id = again.product_id
            and contradicting.first_occurred_at = again.occurred_at
    where (
            contradicting.file_no < again.file_no
            or (
                contradicting.file_no = again.file_no
                and contradicting.source_row < again.source_row
            )
        )
        and (
            contradicting.revision < again.revision
            or (
                contradicting.revision = again.revision
                and contradicting.first_quantity = again.quantity
                and contradicting.first_dimension = coalesce(again.dimension, '')
            )
        )
    group by contradicting.file_no, contradicting.source_row
),

refused as (
    select
        contradicting.event_id,
        contradicting.revision,
        contradicting.account_id,
        contradicting.product_id,
        contradicting.occurred_at,
        contradicting.quantity,
        contradicting.first_account_id,
        contradicting.first_product_id,
        contradicting.first_occurred_at,
        contradicting.first_quantity,
        files.source_file,
        contradicting.source_row,
        contradicting.file_no
    from contradicting
    left join files on contradicting.file_no = files.file_no
    left join answered
        on contradicting.file_no = answered.file_no
            and contradicting.source_row = answered.source_row
    where answered.file_no is null
)

select * from refused
