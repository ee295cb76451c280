with

milestones as (
    select * from {{ ref('stg_crm__milestones') }}
),

completions as (
    select * from {{ ref('stg_operations__milestone_completions') }}
),

approvals as (
    select * from {{ ref('stg_operations__approvals') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

defects as (
    select * from {{ ref('int_contract_lines_checked') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

lines as (
    select
        versions.*,
        currencies.minor_units,
        entities.time_zone
    from versions
    inner join entities on versions.entity_id = entities.entity_id
    inner join currencies on versions.currency = currencies.currency
    left join defects
        on versions.contract_line_id = defects.contract_line_id
        and versions.effective_on = defects.effective_on
    where versions.charge_model = 'milestone' and defects.kind is null
),

documents as (
    select
        lines.*,
        milestones.milestone_id,
        milestones.amount as milestone_amount,
        completions.document_id,
        completions.dated_on as completed_on,
        completions.source_file as document_file,
        completions.source_row as document_row
    from completions
    inner join milestones
        on completions.milestone_id = milestones.milestone_id
        and completions.contract_line_id = milestones.contract_line_id
    inner join lines on milestones.contract_line_id = lines.contract_line_id
    cross join days
    where completions.dated_on <= days.as_of and {{ is_within_terms('milestones.amount') }}
),

decisions as (
    select
        documents.document_id,
        approvals.decision,
        row_number() over (
            partition by documents.document_id
            order by approvals.decided_at desc, approvals.file_no desc, approvals.source_row desc
        ) as decision_rank
    from documents
    inner join approvals
        on documents.document_id = approvals.document_id and approvals.document_type = 'source'
    cross join days
    where {{ local_date('approvals.decided_at', 'documents.time_zone') }} <= days.known_on
),

decided as (
    select
        documents.*,
        decisions.decision
    from documents
    left join decisions
        on documents.document_id = decisions.document_id and decisions.decision_rank = 1
)

select * from decided
