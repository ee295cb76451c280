with

source as (
    select * from {{ source('raw', 'crm__customer_bank_accounts') }}
),

ranked as (
    select
        *,
        {{ version_rank(["customer_id", "replace(bank_account, ' ', '')"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        customer_id,

        replace(bank_account, ' ', '') as bank_account,
        account_name,

        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
