with

source as (
    select * from {{ source('raw', 'crm__accounts') }}
),

compared as (
    select
        *,
        first_value(customer_id) over (
            partition by account_id
            order by updated_at asc nulls first, file_no, row_no
        ) as first_customer_id
    from source
),

-- An account never changes its customer: a version that does is not used.
kept as (
    select *
    from compared
    where customer_id is not distinct from first_customer_id
),

ranked as (
    select
        *,
        {{ version_rank(["account_id"]) }} as version_rank
    from kept
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
