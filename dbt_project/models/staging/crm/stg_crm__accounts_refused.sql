with

source as (
    select * from {{ source('raw', 'crm__accounts') }}
),

compared as (
    select
        *,
        first_value(customer_id) over (
            partition by account_id
            order by updated_at asc nulls first, file_no, row_no
        ) as first_customer_id
    from source
),

refused as (
    select
        account_id,

        customer_id,
        first_customer_id,

        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from compared
    where customer_id is distinct from first_customer_id
)

select * from refused
