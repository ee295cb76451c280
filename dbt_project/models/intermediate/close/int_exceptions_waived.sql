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

posted_waivers as (
    select * from {{ ref('stg_posted__waived_exceptions') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

seen as (
    select
        waivers.waiver_id,
        waivers.approved_by,
        waivers.waived_on,
        exceptions.exception_id,
        exceptions.entity_id,
        exceptions.dated_on,
        exceptions.currency,
        exceptions.amount
    from waivers
    inner join exceptions on waivers.exception_id = exceptions.exception_id
    cross join days
    where waivers.waived_on <= days.known_on
),

-- The first close that relied on a waiver says up to which amount it holds; until then it holds at
-- today's.
covered as (
    select
        waiver_id,
        exception_id,
        min_by(amount, month) as covered_amount
    from posted_waivers
    group by waiver_id, exception_id
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
        seen.waiver_id,
        seen.exception_id,
        seen.approved_by,
        seen.waived_on,
        coalesce(covered.covered_amount, seen.amount) as covered_amount,
        case
            -- What a close has relied on stands, as long as the exception has not grown.
            when covered.waiver_id is not null
                then coalesce(abs(seen.amount) <= abs(covered.covered_amount), true)
            when asked.requests is not null then false
            else listed_approvers.approvers = 0 or permitted.permissions is not null
        end as is_valid
    from seen
    left join covered
        on seen.waiver_id = covered.waiver_id
            and seen.exception_id = covered.exception_id
    left join permitted on seen.waiver_id = permitted.waiver_id
    left join asked on seen.waiver_id = asked.waiver_id
    cross join listed_approvers
),

ranked as (
    select
        *,
        row_number() over (
            partition by exception_id
            order by waived_on, waiver_id
        ) as waiver_rank
    from judged
    where is_valid
)

select * from ranked where waiver_rank = 1
