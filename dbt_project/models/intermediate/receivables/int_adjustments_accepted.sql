with

judged as (
    select * from {{ ref('int_adjustments_judged') }}
)

select
    adjustment_id,
    customer_id,
    entity_id,
    kind,
    bill_id,
    product_line,
    currency,
    amount,
    dated_on
from judged
where reason is null
