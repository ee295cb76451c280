with

milestones as (
    select * from {{ ref('stg_crm__milestones') }}
),

completions as (
    select * from {{ ref('stg_operations__milestone_completions') }}
),

completed as (
    select * from {{ ref('int_milestones_completed') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

cancelled as (
    select
        'milestone_after_cancellation' as kind,
        'operations.milestone_completions' as object,
        document_id as key,
        entity_id,
        completed_on as dated_on,
        currency,
        amount,
        'The milestone was completed after the contract was cancelled and is not billed.' as reason,
        'Reject the completion, correct its day, or waive it.' as remedy,
        document_file as source_file,
        document_row as source_row
    from completed
    where is_after_cancellation
),

lines as (
    select
        contract_line_id,
        max(entity_id) as entity_id,
        bool_or(charge_model = 'milestone') as is_milestone
    from versions
    group by contract_line_id
),

lost_milestones as (
    select
        case when lines.contract_line_id is null then 'unknown_contract_line' else 'bad_terms' end
            as kind,
        'crm.milestones' as object,
        milestones.milestone_id as key,
        lines.entity_id,
        milestones.planned_on as dated_on,
        cast(null as varchar) as currency,
        cast(null as {{ money_type() }}) as amount,
        'The milestone names no contract line billed by milestones, or is too large.' as reason,
        'Send the contract line, or correct the milestone.' as remedy,
        milestones.source_file,
        milestones.source_row
    from milestones
    left join lines on milestones.contract_line_id = lines.contract_line_id
    where
        not coalesce(lines.is_milestone, false)
        or not {{ is_within_terms('milestones.amount') }}
),

lost_completions as (
    select
        'unknown_milestone' as kind,
        'operations.milestone_completions' as object,
        completions.document_id as key,
        lines.entity_id,
        completions.dated_on,
        cast(null as varchar) as currency,
        cast(null as {{ money_type() }}) as amount,
        'The completion names no milestone of its contract line.' as reason,
        'Correct the milestone or the contract line it names.' as remedy,
        completions.source_file,
        completions.source_row
    from completions
    cross join days
    left join lines on completions.contract_line_id = lines.contract_line_id
    left join milestones
        on completions.milestone_id = milestones.milestone_id
        and completions.contract_line_id = milestones.contract_line_id
    where milestones.milestone_id is null and completions.dated_on <= days.as_of
),

found as (
    select * from cancelled
    union all
    select * from lost_milestones
    union all
    select * from lost_completions
)

select * from found
