with

approved as (
    select * from {{ ref('int_recognitions_approved') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- Every order as known now; the transactions hold what of it is booked.
orders as (
    select
        approved.*,
        {{ posting_month('approved.economic_month', 'entities.first_open_month') }} as posting_month
    from approved
    inner join entities on approved.entity_id = entities.entity_id
    where approved.path = 'order' and not approved.is_before_books
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
from orders
