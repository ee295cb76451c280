with

source as (
    select * from {{ source('raw', 'crm__products') }}
),

ranked as (
    select
        *,
        {{ version_rank(["product_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        product_id,

        product_name,
        product_line,
        unit,
        tax_code,
        coalesce(aggregation, 'sum') as aggregation,
        cost_center,
        profit_center,

        standalone_price,

        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
