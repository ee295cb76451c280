{{ config(materialized='view') }}
with

obligations as (
    select * from {{ ref('obligations') }}
),

schedules as (
    select * from {{ ref('schedules') }}
),

scheduled as (
    select
        obligation_id,
        sum(scheduled_amount) as scheduled_amount
    from schedules
    group by obligation_id
),

-- A schedule that is off counts by itself: what one has too much another's lack does not hide.
compared as (
    select
        obligations.obligation_id, obligations.entity_id, obligations.currency,
        obligations.transaction_price,
        coalesce(scheduled.scheduled_amount, 0) as scheduled_amount
    from obligations
    left join scheduled on obligations.obligation_id = scheduled.obligation_id
)

select * from compared
