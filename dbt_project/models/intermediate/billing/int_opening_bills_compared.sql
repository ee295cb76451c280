with

openings as (
    select * from {{ ref('int_openings_seen') }}
),

posted as (
    select * from {{ ref('stg_posted__bill_lines') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

lines as (
    select
        contract_line_id,
        max(contract_id) as contract_id
    from versions
    group by contract_line_id
),

-- What is owed as known now, and what is booked of it; an adjustment's bill is named after it.
signed as (
    select
        openings.opening_id,
        openings.customer_id,
        openings.entity_id,
        openings.contract_line_id,
        lines.contract_id,
        openings.product_line,
        openings.currency,
        openings.document_date,
        openings.posting_month,
        openings.amount,
        false as is_posted
    from openings
    left join lines on openings.contract_line_id = lines.contract_line_id
    where openings.kind = 'bill'
    union all
    select
        case
            when line_kind = 'opening' then bill_id
            else substring(bill_id, 1, length(bill_id) - 8)
        end as opening_id,
        customer_id,
        entity_id,
        contract_line_id,
        contract_id,
        product_line,
        currency,
        service_from as document_date,
        posting_month,
        -gross_amount as amount,
        true as is_posted
    from posted
    where line_kind = 'opening' or adjusts_line_kind = 'opening'
),

differing as (
    select
        opening_id,
        {{ latest_value('customer_id', ['not is_posted', 'posting_month']) }} as customer_id,
        {{ latest_value('entity_id', ['not is_posted', 'posting_month']) }} as entity_id,
        {{ latest_value('product_line', ['not is_posted', 'posting_month']) }} as product_line,
        {{ latest_value('currency', ['not is_posted', 'posting_month']) }} as currency,
        {{ latest_value('document_date', ['not is_posted', 'posting_month']) }} as document_date,
        max(contract_line_id) as contract_line_id,
        max(contract_id) as contract_id,
        max(posting_month) as posting_month,
        cast(sum(amount) as {{ money_type() }}) as amount,
        bool_or(is_posted) as is_posted
    from signed
    group by opening_id
)

select * from differing
