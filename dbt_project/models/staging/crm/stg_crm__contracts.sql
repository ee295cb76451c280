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

-- A contract never changes its customer, entity or currency: a version that does is not used.
kept as (
    select *
    from compared
    where customer_id is not distinct from first_customer_id
        and entity_id is not distinct from first_entity_id
        and currency is not distinct from first_currency
),

ranked as (
    select
        *,
        {{ version_rank(["contract_id"]) }} as version_rank
    from kept
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        contract_id,
        customer_id,
        entity_id,
        sales_rep_id,

        business_model,
        currency,
        coalesce(status, 'active') as status,
        coalesce(invoice_grouping, 'separate') as invoice_grouping,

        invoice_limit,
        coalesce(late_interest_daily_rate, 0) as late_interest_daily_rate,

        coalesce(prices_include_tax, false) as prices_include_tax,

        signed_on,
        starts_on,
        {{ last_day_or_none('ends_on') }} as ends_on,
        cancelled_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
