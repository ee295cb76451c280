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

days as (
    select * from {{ ref('stg_run__days') }}
),

obligations_by_document as (
    select *
    from obligations
    where
        method = 'point_in_time'
        and trigger in ('invoice', 'receipt')
        and is_recognised
),

-- The net of every line of a confirmed bill, by the obligation whose period holds its first day.
lines_billed as (
    select
        bills.bill_id,
        bills.gross_amount,
        bills.billed_on,
        obligations_by_document.obligation_id,
        obligations_by_document.entity_id,
        obligations_by_document.trigger,
        obligations_by_document.source_approval,
        obligations_by_document.minor_units,
        greatest(bill_lines.service_from, obligations_by_document.starts_on) as begins_on,
        bill_lines.bill_line_id,
        bill_lines.net_amount
    from bill_lines
    inner join bills on bill_lines.bill_id = bills.bill_id
    inner join obligations_by_document
        on
            bill_lines.contract_line_id = obligations_by_document.contract_line_id
            and (
                not obligations_by_document.is_open_ended
                or bill_lines.service_from
                between obligations_by_document.starts_on and obligations_by_document.ends_on
            )
    where bills.status = 'confirmed'
),

-- A bill that owes nothing is covered by being confirmed; any other by what invoices or receipts took of it.
documents as (
    select
        bill_id,
        covered_by,
        document_id,
        covered_on,
        amount
    from covered
    union all
    select
        bills.bill_id,
        by_either.covered_by,
        bills.bill_id as document_id,
        bills.billed_on as covered_on,
        bills.gross_amount as amount
    from bills
    cross join (select 'invoice' as covered_by union all select 'receipt' as covered_by) as by_either
    where bills.gross_amount <= 0 and bills.status = 'confirmed'
),

fired as (
    select
        lines_billed.*,
        documents.document_id,
        documents.amount,
        -- Of a line without an end only the periods begun by then.
        greatest(documents.covered_on, lines_billed.begins_on) as fired_on
    from lines_billed
    inner join documents
        on
            lines_billed.bill_id = documents.bill_id
            and lines_billed.trigger = documents.covered_by
            and (lines_billed.gross_amount > 0) = (documents.document_id <> documents.bill_id)
    left join approvals
        on
            approvals.document_type = 'source'
            and documents.document_id = approvals.document_id
            and lines_billed.entity_id = approvals.entity_id
    where
        coalesce(approvals.decision, case lines_billed.source_approval when 'required' then 'open' else 'approved' end)
        = 'approved'
),

by_month as (
    select
        fired.bill_line_id,
        fired.obligation_id,
        fired.gross_amount,
        fired.net_amount,
        fired.minor_units,
        {{ month_of('fired.fired_on') }} as month,
        sum(fired.amount) as amount,
        {{ latest_value('fired.document_id', ['fired.fired_on', 'fired.document_id']) }} as document_id,
        max(fired.fired_on) as fired_on
    from fired
    cross join days
    where fired.fired_on <= days.as_of
    group by
        fired.bill_line_id, fired.obligation_id, fired.gross_amount, fired.net_amount,
        fired.minor_units, {{ month_of('fired.fired_on') }}
),

cumulated as (
    select
        *,
        sum(amount) over (
            partition by bill_line_id, obligation_id
            order by month
        ) as amount_to_date
    from by_month
),

shared as (
    select
        *,
        case
            when gross_amount <= 0 then net_amount
            else {{ part_of_money(
                'net_amount', money_to_integer('amount_to_date'), money_to_integer('gross_amount'), 'minor_units'
            ) }}
        end as net_to_date
    from cumulated
),

recognised as (
    select
        *,
        net_to_date - coalesce(lag(net_to_date) over (
            partition by bill_line_id, obligation_id
            order by month
        ), 0) as net_recognised
    from shared
),

-- One document an obligation and month, naming the last trigger.
documented as (
    select
        obligation_id,
        month,
        cast(sum(net_recognised) as {{ money_type() }}) as amount,
        {{ latest_value('document_id', ['fired_on', 'document_id']) }} as document_id
    from recognised
    group by obligation_id, month
),

-- Cancelled: earlier months stand, the month of the cancellation takes what is left of the cut price.
kept as (
    select documented.*
    from documented
    inner join obligations on documented.obligation_id = obligations.obligation_id
    where documented.month < coalesce({{ month_of('obligations.cancelled_on') }}, '9999-12')
),

left_by_cancellation as (
    select
        obligations.obligation_id,
        {{ month_of('obligations.cancelled_on') }} as month,
        cast(
            obligations.transaction_price - coalesce(sum(kept.amount), 0) as {{ money_type() }}
        ) as amount,
        obligations.contract_id as document_id
    from obligations_by_document as obligations
    left join kept on obligations.obligation_id = kept.obligation_id
    where obligations.cancelled_on is not null
    group by
        obligations.obligation_id, obligations.cancelled_on, obligations.transaction_price,
        obligations.contract_id
),

all_documents as (
    select * from kept
    union all
    select * from left_by_cancellation
)

select * from all_documents
