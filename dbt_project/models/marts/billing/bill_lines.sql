with

posted as (
    select * from {{ ref('stg_posted__bill_lines') }}
),

due as (
    select * from {{ ref('int_bill_lines_due') }}
),

openings as (
    select * from {{ ref('int_opening_bills_due') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

posted_so_far as (
    select posted.*
    from posted
    inner join entities on posted.entity_id = entities.entity_id
    where posted.posting_month <= entities.as_of_month
),

lines as (
    select
        bill_line_id, bill_id, contract_line_id, account_id, product_id, line_kind,
        adjusts_line_kind, service_month, posting_month, service_from, service_to, quantity,
        unit_price, amount_unrounded, net_amount, tax_amount, gross_amount, entity_id,
        customer_id, contract_id, product_line, currency, grant_id
    from posted_so_far
    union all
    select
        bill_line_id, bill_id, contract_line_id, account_id, product_id, line_kind,
        adjusts_line_kind, service_month, posting_month, service_from, service_to, quantity,
        unit_price, amount_unrounded, net_amount, tax_amount, gross_amount, entity_id,
        customer_id, contract_id, product_line, currency, grant_id
    from due
    union all
    select
        bill_line_id, bill_id, contract_line_id, account_id, product_id, line_kind,
        adjusts_line_kind, service_month, posting_month, service_from, service_to, quantity,
        unit_price, amount_unrounded, net_amount, tax_amount, gross_amount, entity_id,
        customer_id, contract_id, product_line, currency, cast(null as varchar) as grant_id
    from openings
)

select
    bill_line_id,
    bill_id,
    contract_line_id,
    account_id,
    product_id,
    line_kind,
    adjusts_line_kind,
    service_month,
    posting_month,
    service_from,
    service_to,
    quantity,
    unit_price,
    amount_unrounded,
    net_amount,
    tax_amount,
    gross_amount,
    entity_id,
    customer_id,
    contract_id,
    product_line,
    currency,
    grant_id
from lines
