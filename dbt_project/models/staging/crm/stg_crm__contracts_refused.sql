with

source as (
    select * from {{ source('raw', 'crm__contracts') }}
),

compared as (
    select
        *,
        row_number() over (
            partition by contract_id
            order by updated_at asc nulls first, file_no, row_no
        ) as version_no,
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

judged as (
    select
        *,
        customer_id is not distinct from first_customer_id
            and entity_id is not distinct from first_entity_id
            and currency is not distinct from first_currency as is_right
    from compared
),

settled as (
    select
        *,
        max(case when is_right then version_no end) over (partition by contract_id)
            as last_right_no
    from judged
),

-- A version in good form that came after settles it; delivered again, it is the same change.
refused as (
    select
        *,
        row_number() over (
            partition by contract_id, customer_id, entity_id, currency
            order by version_no
        ) as delivery_no
    from settled
    where not is_right and version_no > last_right_no
),

renamed as (
    select
        contract_id,

        customer_id,
        first_customer_id,
        entity_id,
        first_entity_id,
        currency,
        first_currency,
        case when customer_id is distinct from first_customer_id
            then '/customer_id ' || coalesce(first_customer_id, '') || ' > ' || coalesce(customer_id, '')
            else ''
        end
        || case when entity_id is distinct from first_entity_id
            then '/entity_id ' || coalesce(first_entity_id, '') || ' > ' || coalesce(entity_id, '')
            else ''
        end
        || case when currency is distinct from first_currency
            then '/currency ' || coalesce(first_currency, '') || ' > ' || coalesce(currency, '')
            else ''
        end as changed,

        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from refused
    where delivery_no = 1
)

select * from renamed
