with

source as (
    select * from {{ source('raw', 'crm__contracts') }}
),

ranked as (
    select
        *,
        {{ version_rank(["contract_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        contract_id,
        customer_id,
        entity_id,
        sales_rep_id,

        business_model,
        currency,
        coalesce(status, 'active') as status,
        coalesce(invoice_grouping, 'separate') as invoice_grouping,

        invoice_limit,
        coalesce(late_interest_daily_rate, 0) as late_interest_daily_rate,

        coalesce(prices_include_tax, false) as prices_include_tax,

        signed_on,
        starts_on,
        ends_on,
        cancelled_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
