{{ config(materialized='view') }}
with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

scheduled as (
    select * from {{ ref('int_straight_lines_scheduled') }}
),

caught_up as (
    select * from {{ ref('int_straight_lines_caught_up') }}
),

covered as (
    select * from {{ ref('int_points_in_time_recognised') }}
),

commitments as (
    select * from {{ ref('int_commitments_recognised') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- Straight lines are recognised for months that are over, what is sold once on its first day.
straight_lines as (
    select scheduled.obligation_id, scheduled.month,
        scheduled.amount - coalesce(caught_up.amount, 0) as amount,
        coalesce(caught_up.amount, 0) as amount_caught_up
    from scheduled
    inner join obligations on scheduled.obligation_id = obligations.obligation_id
    left join caught_up
        on scheduled.obligation_id = caught_up.obligation_id and scheduled.month = caught_up.month
    cross join days
    where days.as_of >= case
            when obligations.is_due_at_start then obligations.starts_on
            else scheduled.month_ends_on
        end
),

-- What is not usage: by schedule, by document, by what is drawn of a commitment.
dated as (
    select obligation_id, month, '' as kind, amount, cast(null as varchar) as document_id
    from straight_lines
    union all
    select obligation_id, month, '/catch_up', amount_caught_up, null from straight_lines
    union all
    select obligation_id, month, '', amount, document_id from covered
    union all
    select obligation_id, month, '/catch_up', amount_caught_up, document_id from covered
    union all
    select obligation_id, month, '', amount, null from commitments
    union all
    select obligation_id, month, '/catch_up', amount_caught_up, null from commitments
    union all
    select obligation_id, month, '/breakage', amount_broken, null from commitments
)

select * from dated
