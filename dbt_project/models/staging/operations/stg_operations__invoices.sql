with

source as (
    select * from {{ source('raw', 'operations__invoices') }}
),

ranked as (
    select
        *,
        {{ version_rank(["invoice_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        invoice_id,
        customer_id,
        entity_id,
        original_invoice_id,

        invoice_number,
        kind,
        currency,
        product_line,

        tax_amount,

        issued_on,
        due_on,
        voided_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
