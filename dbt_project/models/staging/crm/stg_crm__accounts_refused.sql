with

source as (
    select * from {{ source('raw', 'crm__accounts') }}
),

compared as (
    select
        *,
        row_number() over (
            partition by account_id
            order by updated_at asc nulls first, file_no, row_no
        ) as version_no,
        first_value(customer_id) over (
            partition by account_id
            order by updated_at asc nulls first, file_no, row_no
        ) as first_customer_id
    from source
),

judged as (
    select
        *,
        (customer_id is not distinct from first_customer_id) as is_right
    from compared
),

settled as (
    select
        *,
        max(case when is_right then version_no end) over (partition by account_id)
            as last_right_no
    from judged
),

-- A version in good form that came after settles it; delivered again, it is the same change.
refused as (
    select
        *,
        row_number() over (
            partition by account_id, customer_id
            order by version_no
        ) as delivery_no
    from settled
    where not is_right and version_no > last_right_no
),

renamed as (
    select
        account_id,

        customer_id,
        first_customer_id,
        case when customer_id is distinct from first_customer_id
            then '/customer_id ' || coalesce(first_customer_id, '') || ' > ' || coalesce(customer_id, '')
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
