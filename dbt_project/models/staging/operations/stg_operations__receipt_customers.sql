with

source as (
    select * from {{ source('raw', 'operations__receipt_customers') }}
),

ranked as (
    select
        *,
        {{ version_rank(["receipt_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        receipt_id,
        customer_id,

        decided_at,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
