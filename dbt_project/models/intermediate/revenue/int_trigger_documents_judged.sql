with

confirmations as (
    select * from {{ ref('stg_operations__customer_confirmations') }}
),

settlements as (
    select * from {{ ref('stg_operations__settlements') }}
),

reports as (
    select * from {{ ref('stg_operations__progress_reports') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

approvals as (
    select * from {{ ref('int_approvals_decided') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

documents as (
    select
        'customer_confirmations' as object,
        'customer_confirmation' as kind,
        document_id, contract_line_id, dated_on, source_file, source_row,
        cast(null as {{ money_type() }}) as amount,
        cast(null as decimal(20, 12)) as percent,
        cast(null as varchar) as measure,
        cast(null as varchar) as progress_type,
        true as accepted
    from confirmations
    union all
    select
        'settlements', 'settlement',
        document_id, contract_line_id, dated_on, source_file, source_row,
        amount, null, null, null, true
    from settlements
    union all
    select
        'progress_reports', 'progress_report',
        document_id, contract_line_id, dated_on, source_file, source_row,
        null, percent, measure, progress_type, coalesce(accepted, false)
    from reports
),

judged as (
    select
        documents.*,
        lines.entity_id,
        lines.currency,
        case
            when lines.contract_line_id is null then 'unknown_contract_line'
            when lines.method is null then null
            when
                documents.kind <> lines.trigger
                and not (documents.kind = 'progress_report' and lines.trigger = 'acceptance')
                then 'trigger_contradicts_rule'
            when documents.kind = 'progress_report' and lines.method = 'progress' then case
                when documents.percent > 100 then 'progress_above_hundred'
                when documents.percent is null then 'trigger_contradicts_rule'
                when documents.measure <> lines.measure then 'trigger_contradicts_rule'
                when documents.progress_type is distinct from lines.progress_type
                    and lines.progress_type is not null then 'trigger_contradicts_rule'
            end
        end as defect,
        -- What is accepted is accepted whole.
        lines.trigger is distinct from 'acceptance'
        or documents.percent = 100 and documents.accepted as is_complete,
        {{ fires('approvals.decision', 'lines.source_approval') }} as is_approved
    from documents
    cross join days
    left join lines on documents.contract_line_id = lines.contract_line_id
    left join approvals
        on
            approvals.document_type = 'source'
            and documents.document_id = approvals.document_id
            and lines.entity_id = approvals.entity_id
    where documents.dated_on <= days.as_of
)

select
    {{ all_but(['is_complete', 'is_approved', 'accepted']) }},
    defect is null and coalesce(is_complete, false) and is_approved as is_fired
from judged
