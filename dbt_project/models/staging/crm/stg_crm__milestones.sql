with

source as (
    select * from {{ source('raw', 'crm__milestones') }}
),

ranked as (
    select
        *,
        {{ version_rank(["milestone_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        milestone_id,
        contract_line_id,

        milestone_no,
        milestone_name,

        amount,

        planned_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
