with

source as (
    select * from {{ source('raw', 'crm__contracts') }}
),

compared as (
    select
        *,
        first_value(customer_id) over (
            partition by contract_id
            order by updated_at asc nulls first, file_no, row_no
        ) as first_customer_id,
        first_value(entity_id) over (
            partition by contract_id
            order by updated_at asc nulls first, file_no, row_no
        ) as first_entity_id,
        first_value(currency) over (
            partition by contract_id
            order by updated_at asc nulls first, file_no, row_no
        ) as first_currency
    from source
),

refused as (
    select
        contract_id,

        customer_id,
        first_customer_id,
        entity_id,
        first_entity_id,
        currency,
        first_currency,

        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from compared
    where
        customer_id is distinct from first_customer_id
        or entity_id is distinct from first_entity_id
        or currency is distinct from first_currency
)

select * from refused
