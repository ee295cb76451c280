with

scheduled as (
    select * from {{ ref('int_obligations_scheduled') }}
),

recognised as (
    select * from {{ ref('int_obligations_recognised') }}
),

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

schedules as (
    select
        scheduled.obligation_id,
        scheduled.month,
        scheduled.amount as scheduled_amount,
        coalesce(recognised.amount, 0) as recognised_amount,
        obligations.transaction_price - scheduled.amount_to_date as remaining_amount,
        obligations.currency,
        obligations.entity_id,
        obligations.contract_id
    from scheduled
    inner join obligations on scheduled.obligation_id = obligations.obligation_id
    left join recognised
        on
            scheduled.obligation_id = recognised.obligation_id
            and scheduled.month = recognised.month
)

select
    obligation_id,
    month,
    cast(scheduled_amount as decimal(20, 4)) as scheduled_amount,
    cast(recognised_amount as decimal(20, 4)) as recognised_amount,
    cast(remaining_amount as decimal(20, 4)) as remaining_amount,
    currency,
    entity_id,
    contract_id
from schedules
