with

posted as (
    select * from {{ ref('stg_posted__recognition_transactions') }}
),

booked as (
    select * from {{ ref('int_recognitions_booked') }}
),

-- Closed months as they were closed, and what has been added since.
transactions as (
    select * from posted
    union all
    select * from booked
)

select
    recognition_id,
    obligation_id,
    economic_month,
    posting_month,
    amount,
    trigger,
    trigger_document_id,
    path,
    status,
    approved_on,
    is_catch_up,
    entity_id,
    customer_id,
    contract_id,
    contract_line_id,
    product_id,
    product_line,
    revenue_rule,
    method,
    currency
from transactions
