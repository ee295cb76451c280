with

source as (
    select * from {{ source('raw', 'operations__close_requests') }}
),

ranked as (
    select
        *,
        {{ version_rank(["request_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        request_id,
        entity_id,

        action,
        requested_by,
        reason,

        month,
        requested_at,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
