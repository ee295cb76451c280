with

source as (
    select * from {{ source('raw', 'crm__customers') }}
),

ranked as (
    select
        *,
        {{ version_rank(["customer_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        customer_id,
        entity_id,
        parent_customer_id,
        sales_rep_id,

        customer_name,
        currency,
        billing_email,
        segment,
        region,
        acquisition_channel,
        coalesce(receipt_application, 'auto') as receipt_application,

        coalesce(payment_terms_days, 30) as payment_terms_days,
        acquisition_cost,
        auto_confirm_days,

        acquired_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
