with

source as (
    select * from {{ source('raw', 'bank_statements') }}
),

renamed as (
    select
        file_no,
        statement_no,

        format,
        replace(bank_account, ' ', '') as bank_account,
        currency,
        statement_number,

        cast(opening as {{ money_type() }}) as opening,
        cast(closing as {{ money_type() }}) as closing,

        opened_on,
        closed_on,

        source_file
    from source
)

select * from renamed
