with

priced as (
    select * from {{ ref('int_usage_priced') }}
    where business_model = 'on_demand' and amount is not null
),

shared as (
    select * from {{ ref('int_usage_shared') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

-- A line by account is its account's alone.
used as (
    select
        contract_line_id,
        effective_on,
        service_month,
        product_id,
        account_id,
        used_quantity as quantity,
        amount
    from priced
    where account_id is not null and events > 0
    union all
    select
        contract_line_id,
        effective_on,
        service_month,
        product_id,
        account_id,
        quantity,
        amount
    from shared
),

ordered as (
    select
        versions.contract_id,
        used.account_id,
        used.product_id,
        used.service_month as month,
        {{ quantity_within('sum(used.quantity)') }} as quantity,
        cast(sum(used.amount) as {{ money_type() }}) as amount
    from used
    inner join versions
        on used.contract_line_id = versions.contract_line_id
        and used.effective_on = versions.effective_on
    group by versions.contract_id, used.account_id, used.product_id, used.service_month
),

billed as (
    select
        ordered.*,
        contracts.currency,
        contracts.customer_id,
        contracts.entity_id,
        products.product_line,
        bills.bill_id,
        bills.status
    from ordered
    inner join contracts on ordered.contract_id = contracts.contract_id
    inner join products on ordered.product_id = products.product_id
    left join bills
        on ordered.contract_id || '/' || products.product_line || '/' || ordered.month
        = bills.bill_id
)

select
    contract_id,
    account_id,
    product_id,
    month,
    quantity,
    amount,
    currency,
    bill_id,
    status,
    customer_id,
    entity_id,
    product_line
from billed
