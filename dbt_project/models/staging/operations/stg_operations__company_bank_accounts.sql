with

source as (
    select * from {{ source('raw', 'operations__company_bank_accounts') }}
),

ranked as (
    select
        *,
        {{ version_rank(["replace(bank_account, ' ', '')"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        entity_id,

        replace(bank_account, ' ', '') as bank_account,
        currency,
        account_code,

        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
