with

obligations as (
    select * from {{ ref('obligations') }}
),

schedules as (
    select * from {{ ref('schedules') }}
),

-- A schedule that is off counts by itself: what one has too much another's lack does not hide.
scheduled as (
    select
        obligations.obligation_id, obligations.entity_id, obligations.currency,
        obligations.transaction_price,
        coalesce(sum(schedules.scheduled_amount), 0) as scheduled_amount
    from obligations
    left join schedules on obligations.obligation_id = schedules.obligation_id
    group by
        obligations.obligation_id, obligations.entity_id, obligations.currency,
        obligations.transaction_price
)

select * from scheduled
