with

identified as (
    select * from {{ ref('int_obligations_identified') }}
),

recognised as (
    select
        obligation_id,
        sum(amount) as recognised_to_date
    from {{ ref('int_obligations_recognised') }}
    group by obligation_id
)

select
    identified.obligation_id,
    identified.contract_id,
    identified.contract_line_id,
    identified.product_id,
    identified.revenue_rule,
    identified.method,
    identified.currency,
    identified.standalone_price,
    identified.transaction_price,
    identified.starts_on,
    coalesce(identified.cancelled_on, identified.ends_on) as ends_on,
    cast(coalesce(recognised.recognised_to_date, 0) as decimal(20, 4)) as recognised_to_date,
    cast(
        identified.transaction_price - coalesce(recognised.recognised_to_date, 0) as decimal(20, 4)
    ) as remaining,
    identified.entity_id,
    identified.customer_id,
    identified.product_line
from identified
left join recognised on identified.obligation_id = recognised.obligation_id
