with

source as (
    select * from {{ source('posted', 'bill_lines') }}
),

renamed as (
    select
        bill_line_id,
        bill_id,
        contract_line_id,
        account_id,
        product_id,
        entity_id,
        customer_id,
        contract_id,
        grant_id,

        line_kind,
        adjusts_line_kind,
        service_month,
        posting_month,
        product_line,
        currency,

        quantity,
        unit_price,
        amount_unrounded,
        net_amount,
        tax_amount,
        gross_amount,
        close_no,

        service_from,
        service_to
    from source
)

select * from renamed
