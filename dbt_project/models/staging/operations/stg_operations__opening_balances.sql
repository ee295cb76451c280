with

source as (
    select * from {{ source('raw', 'operations__opening_balances') }}
),

ranked as (
    select
        *,
        {{ version_rank(["opening_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        opening_id,
        customer_id,
        entity_id,
        contract_line_id,

        kind,
        product_line,
        document_number,
        currency,

        amount,

        document_date,
        due_on,
        as_of,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
