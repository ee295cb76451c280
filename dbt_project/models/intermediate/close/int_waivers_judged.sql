with

exceptions as (
    select * from {{ ref('int_exceptions_identified') }}
),

waivers as (
    select * from {{ ref('stg_operations__waivers') }}
),

approvers as (
    select * from {{ ref('approvers') }}
),

close_requests as (
    select * from {{ ref('stg_operations__close_requests') }}
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
),

-- An empty list of approvers lets anyone decide; a list lets only those it names, up to their
-- limit.
permitted as (
    select
        seen.waiver_id,
        count(approvers.person) as permissions
    from seen
    inner join approvers
        on seen.approved_by = approvers.person
            and coalesce(approvers.document_type, 'waiver') = 'waiver'
            and coalesce(approvers.entity_id, seen.entity_id, '') = coalesce(seen.entity_id, '')
            and (
                approvers.limit_amount is null
                or seen.amount is null
                or (
                    abs(seen.amount) <= approvers.limit_amount
                    and coalesce(approvers.currency, seen.currency, '')
                    = coalesce(seen.currency, '')
                )
            )
    group by seen.waiver_id
),

listed_approvers as (
    select count(*) as approvers from approvers
),

-- Who asked for the close that an exception blocks does not waive it.
asked as (
    select
        seen.waiver_id,
        count(*) as requests
    from seen
    inner join close_requests
        on seen.approved_by = close_requests.requested_by
            and close_requests.action = 'close'
            and coalesce(seen.entity_id, close_requests.entity_id, '')
            = coalesce(close_requests.entity_id, seen.entity_id, '')
            and coalesce({{ month_of('seen.dated_on') }}, '') <= close_requests.month
    group by seen.waiver_id
),

judged as (
    select
        covered.waiver_id, covered.exception_id, covered.approved_by, covered.waived_on,
        covered.currency, covered.amount, covered.covered_amount,
        case
            when abs(covered.amount) > abs(covered.covered_amount) then false
            when covered.is_relied_on then true
            when asked.requests is not null then false
            else listed_approvers.approvers = 0 or permitted.permissions is not null
        end as is_valid
    from covered
    left join permitted on covered.waiver_id = permitted.waiver_id
    left join asked on covered.waiver_id = asked.waiver_id
    cross join listed_approvers
)

select * from judged
