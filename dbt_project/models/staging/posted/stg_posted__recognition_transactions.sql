with

source as (
    select * from {{ source('posted', 'recognition_transactions') }}
),

renamed as (
    select
        recognition_id,
        obligation_id,
        economic_month,
        posting_month,
        amount,
        trigger,
        trigger_document_id,
        path,
        status,
        approved_on,
        is_catch_up,
        entity_id,
        customer_id,
        contract_id,
        contract_line_id,
        product_id,
        product_line,
        revenue_rule,
        method,
        currency
    from source
)

select * from renamed
