with

source as (
    select * from {{ source('raw', 'operations__approvals') }}
),

ranked as (
    select
        *,
        {{ version_rank(["document_type", "document_id", "decided_at"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        document_id,

        document_type,
        decision,
        decided_by,

        decided_at,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
