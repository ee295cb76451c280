with

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

orders as (
    select
        versions.*,
        products.product_line
    from versions
    left join products on versions.product_id = products.product_id
    where versions.has_contract
)

select
    contract_line_id,
    effective_on,
    valid_to,
    contract_id,
    customer_id,
    entity_id,
    product_id,
    product_line,
    business_model,
    charge_model,
    currency,
    revenue_rule,
    source_file,
    source_row
from orders
