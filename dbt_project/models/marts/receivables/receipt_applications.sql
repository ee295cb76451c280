with

known as (
    select * from {{ ref('int_applications_known') }}
)

select
    application_id,
    receipt_id,
    bill_id,
    invoice_id,
    product_line,
    cast(amount as {{ money_type() }}) as amount,
    applied_on,
    economic_month,
    posting_month,
    stage,
    grant_id,
    reverses_id,
    entity_id,
    customer_id,
    bill_customer_id,
    currency,
    split_id,
    money_product_line,
    is_posted
from known
