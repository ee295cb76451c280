with

segments as (
    select * from {{ ref('int_segments_stated') }}
)

select
    bill_id,
    invoice_id,
    receipt_id,
    grant_id,
    customer_id,
    entity_id,
    product_line,
    currency,
    cast(amount as {{ money_type() }}) as amount,
    state,
    billed_on,
    issued_on,
    received_on
from segments
