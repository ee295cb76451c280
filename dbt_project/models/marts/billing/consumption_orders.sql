with

shared as (
    select * from {{ ref('int_usage_shared') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

ordered as (
    select
        contract_id,
        account_id,
        product_id,
        service_month as month,
        max(product_line) as product_line,
        max(customer_id) as customer_id,
        max(entity_id) as entity_id,
        max(currency) as currency,
        {{ quantity_within('sum(quantity)') }} as quantity,
        cast(sum(amount) as {{ money_type() }}) as amount
    from shared
    where business_model = 'on_demand'
    group by contract_id, account_id, product_id, service_month
),

billed as (
    select
        ordered.*,
        bills.bill_id,
        bills.status
    from ordered
    left join bills
        on ordered.contract_id || '/' || ordered.product_line || '/' || ordered.month
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
