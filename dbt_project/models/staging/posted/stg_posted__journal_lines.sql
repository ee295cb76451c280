with

posted as (
    select * from {{ source('posted', 'journal_lines') }}
),

renamed as (
    select
        entry_id,
        line_no,
        voucher_number,
        entity_id,
        customer_id,
        contract_id,
        document_id,

        posting_month,
        economic_month,
        event_type,
        document_type,
        account_code,
        side,
        currency,
        functional_currency,
        product_line,
        cost_center,
        profit_center,

        amount,
        functional_amount,

        posted_on,

        close_no
    from posted
)

select * from renamed
