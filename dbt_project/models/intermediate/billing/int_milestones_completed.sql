with

documents as (
    select * from {{ ref('int_milestone_completions_seen') }}
),

-- The first completion that is not rejected counts.
ranked as (
    select
        *,
        row_number() over (
            partition by milestone_id order by completed_on, document_id
        ) as completion_rank
    from documents
    where coalesce(decision, 'approved') <> 'rejected'
),

completed as (
    select
        *,
        {{ round_money('milestone_amount', 'minor_units') }} as amount,
        completed_on > coalesce(cancelled_on, completed_on) as is_after_cancellation
    from ranked
    where completion_rank = 1
)

select * from completed
