with

source as (
    select * from {{ source('raw', 'bank_entries') }}
),

renamed as (
    select
        file_no,
        statement_no,
        entry_no,
        detail_no,

        currency,
        bank_reference,
        end_to_end_reference,
        counterparty_name,
        replace(counterparty_account, ' ', '') as counterparty_account,
        remittance_text,

        cast(amount as {{ money_type() }}) as amount,

        is_reversal,

        booked_on,
        coalesce(value_on, booked_on) as value_on,

        source_file,
        row_no as source_row
    from source
)

select * from renamed
