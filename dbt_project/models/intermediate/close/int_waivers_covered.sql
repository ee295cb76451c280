with

exceptions as (
    select * from {{ ref('int_exceptions_identified') }}
),

waivers as (
    select * from {{ ref('stg_operations__waivers') }}
),

recorded as (
    select * from {{ ref('stg_run__waived_amounts') }}
),

posted_waivers as (
    select * from {{ ref('stg_posted__waived_exceptions') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

seen as (
    select
        waivers.waiver_id, waivers.approved_by, waivers.waived_on, exceptions.exception_id,
        exceptions.entity_id, exceptions.dated_on, exceptions.currency, exceptions.amount
    from waivers
    inner join exceptions on waivers.exception_id = exceptions.exception_id
    cross join days
    where waivers.waived_on <= days.known_on
),

-- What a close has relied on stands, whoever may decide today.
relied_on as (
    select
        waiver_id, exception_id,
        min_by(amount, month) as amount
    from posted_waivers
    group by waiver_id, exception_id
),

-- A waiver names no amount: it was given for the one the exception had when it was first seen in
-- force; a waiver that is seen today, for today's.
covered as (
    select
        seen.*,
        relied_on.waiver_id is not null as is_relied_on,
        case
            when recorded.waiver_id is not null then recorded.amount
            when relied_on.waiver_id is not null then relied_on.amount
            else seen.amount
        end as covered_amount
    from seen
    left join recorded
        on seen.waiver_id = recorded.waiver_id
            and seen.exception_id = recorded.exception_id
            and seen.waived_on = recorded.waived_on
    left join relied_on
        on seen.waiver_id = relied_on.waiver_id
            and seen.exception_id = relied_on.exception_id
)

select * from covered
