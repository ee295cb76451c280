with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

bill_lines as (
    select * from {{ ref('bill_lines') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

covered as (
    select * from {{ ref('int_bills_covered') }}
),

approvals as (
    select * from {{ ref('int_approvals_decided') }}
),

-- The net of every line of a confirmed bill, by the obligation whose period holds its first day.
lines_billed as (
    select
        bills.bill_id,
        bills.gross_amount,
        bills.billed_on,
        obligations.entity_id,
        obligations.obligation_id,
        obligations.trigger,
        obligations.source_approval,
        obligations.minor_units,
        greatest(bill_lines.service_from, obligations.starts_on) as begins_on,
        bill_lines.bill_line_id,
        bill_lines.net_amount
    from bill_lines
    inner join bills on bill_lines.bill_id = bills.bill_id
    inner join obligations
        on
            bill_lines.contract_line_id = obligations.contract_line_id
            and (
                not obligations.is_open_ended
                or bill_lines.service_from between obligations.starts_on and obligations.ends_on
            )
    where
        bills.status = 'confirmed'
        and obligations.method = 'point_in_time'
        and obligations.trigger in ('invoice', 'receipt')
        and obligations.is_recognised
),

-- A bill that owes nothing is covered by being confirmed; any other by what is taken of it.
documents as (
    select
        lines_billed.bill_line_id,
        lines_billed.obligation_id,
        covered.document_id,
        covered.covered_on,
        covered.amount
    from lines_billed
    inner join covered
        on
            lines_billed.bill_id = covered.bill_id
            and lines_billed.trigger = covered.covered_by
    where lines_billed.gross_amount > 0
    union all
    select
        bill_line_id,
        obligation_id,
        bill_id as document_id,
        billed_on as covered_on,
        gross_amount as amount
    from lines_billed
    where gross_amount <= 0
),

-- Of a line without an end only the periods begun by then.
fired as (
    select
        lines_billed.*,
        documents.document_id,
        documents.amount,
        greatest(documents.covered_on, lines_billed.begins_on) as fired_on
    from lines_billed
    inner join documents
        on
            lines_billed.bill_line_id = documents.bill_line_id
            and lines_billed.obligation_id = documents.obligation_id
    left join approvals
        on
            approvals.document_type = 'source'
            and documents.document_id = approvals.document_id
            and lines_billed.entity_id = approvals.entity_id
    where {{ fires('approvals.decision', 'lines_billed.source_approval') }}
)

select * from fired
