with

covered as (
    select * from {{ ref('int_waivers_covered') }}
),

approvers as (
    select * from {{ ref('approvers') }}
),

close_requests as (
    select * from {{ ref('stg_operations__close_requests') }}
),

-- An empty list of approvers lets anyone decide; a list lets only those it names, up to their
-- limit.
permitted as (
    select
        covered.waiver_id,
        count(approvers.person) as permissions
    from covered
    inner join approvers
        on covered.approved_by = approvers.person
            and coalesce(approvers.document_type, 'waiver') = 'waiver'
            and coalesce(approvers.entity_id, covered.entity_id, '')
            = coalesce(covered.entity_id, '')
            and (
                approvers.limit_amount is null
                or covered.amount is null
                or (
                    abs(covered.amount) <= approvers.limit_amount
                    and coalesce(approvers.currency, covered.currency, '')
                    = coalesce(covered.currency, '')
                )
            )
    group by covered.waiver_id
),

listed_approvers as (
    select count(*) as approvers from approvers
),

-- Who asked for the close that an exception blocks does not waive it.
asked as (
    select
        covered.waiver_id,
        count(*) as requests
    from covered
    inner join close_requests
        on covered.approved_by = close_requests.requested_by
            and close_requests.action = 'close'
            and coalesce(covered.entity_id, close_requests.entity_id, '')
            = coalesce(close_requests.entity_id, covered.entity_id, '')
            and coalesce({{ month_of('covered.dated_on') }}, '') <= close_requests.month
    group by covered.waiver_id
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
