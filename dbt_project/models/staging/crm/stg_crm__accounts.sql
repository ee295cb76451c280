with

source as (
    select * from {{ source('raw', 'crm__accounts') }}
),

ranked as (
    select
        *,
        {{ version_rank(["account_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        account_id,
        customer_id,

        account_name,

        opened_on,
        closed_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
