with

source as (
    select * from {{ source('raw', 'operations__account_adjustments') }}
),

ranked as (
    select
        *,
        {{ version_rank(["adjustment_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        adjustment_id,
        customer_id,
        bill_id,

        kind,
        product_line,
        currency,
        reason,
        approved_by,

        amount,

        dated_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
