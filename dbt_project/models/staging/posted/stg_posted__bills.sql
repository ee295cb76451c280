with

source as (
    select * from {{ source('posted', 'bills') }}
),

renamed as (
    select
        bill_id,
        contract_id,
        customer_id,
        entity_id,

        bill_number,
        product_line,
        billing_month,
        posting_month,
        currency,

        close_no,

        is_opening,

        billed_on,
        due_on,

        source_file,
        source_row
    from source
)

select * from renamed
