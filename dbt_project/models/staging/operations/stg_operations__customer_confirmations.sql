with

source as (
    select * from {{ source('raw', 'operations__customer_confirmations') }}
),

ranked as (
    select
        *,
        {{ version_rank(["document_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        document_id,
        contract_line_id,

        dated_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
