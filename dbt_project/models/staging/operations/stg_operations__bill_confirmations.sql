with

source as (
    select * from {{ source('raw', 'operations__bill_confirmations') }}
),

ranked as (
    select
        *,
        {{ version_rank(["bill_id", "decided_at"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        bill_id,

        decision,
        decided_by,
        note,

        gross_amount,

        decided_at,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
