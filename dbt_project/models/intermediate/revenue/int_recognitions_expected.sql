with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

dated as (
    select * from {{ ref('int_recognition_documents_dated') }}
),

usage as (
    select * from {{ ref('int_usage_earned') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- Usage of a line with an end is one obligation, of one without an obligation a month.
documents as (
    select
        dated.obligation_id, obligations.contract_line_id, obligations.entity_id, dated.month,
        dated.kind, dated.amount, dated.document_id
    from dated
    inner join obligations on dated.obligation_id = obligations.obligation_id
    union all
    select
        case
            when lines.is_open_ended then usage.contract_line_id || '/' || usage.service_month
            else usage.contract_line_id
        end as obligation_id,
        usage.contract_line_id, lines.entity_id, usage.service_month as month,
        '' as kind, usage.net_amount as amount, cast(null as varchar) as document_id
    from usage
    inner join lines on usage.contract_line_id = lines.contract_line_id
    where lines.method = 'usage' and lines.is_recognised
),

expected as (
    select
        documents.obligation_id || '/' || documents.month || documents.kind as recognition_id,
        documents.obligation_id, documents.contract_line_id, documents.entity_id,
        documents.month as economic_month,
        cast(documents.amount as {{ money_type() }}) as amount,
        documents.document_id as trigger_document_id,
        documents.kind = '/catch_up' as is_catch_up,
        -- Facts of months before the books count to date and post nothing.
        coalesce(documents.month < {{ month_of('entities.books_start_on') }}, false)
            as is_before_books
    from documents
    inner join entities on documents.entity_id = entities.entity_id
    where documents.amount <> 0
)

select * from expected
