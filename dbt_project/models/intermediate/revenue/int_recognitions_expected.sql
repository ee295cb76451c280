with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

scheduled as (
    select * from {{ ref('int_straight_lines_scheduled') }}
),

caught_up as (
    select * from {{ ref('int_straight_lines_caught_up') }}
),

usage as (
    select * from {{ ref('int_usage_earned') }}
),

covered as (
    select * from {{ ref('int_points_in_time_recognised') }}
),

commitments as (
    select * from {{ ref('int_commitments_recognised') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
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
