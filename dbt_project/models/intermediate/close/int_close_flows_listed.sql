with

journal_totals as (
    select * from {{ ref('int_journal_lines_summed') }}
),

chart_of_accounts as (
    select * from {{ ref('chart_of_accounts') }}
),

bill_lines as (
    select * from {{ ref('bill_lines') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

invoice_lines as (
    select * from {{ ref('int_invoice_items_listed') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

posted_statistics as (
    select * from {{ ref('stg_posted__close_statistics') }}
),

-- By posting month, as the books have it; debits above zero, revenue where it is a credit.
booked as (
    select
        journal_totals.entity_id, journal_totals.month, journal_totals.product_line,
        journal_totals.currency,
        case
            when chart_of_accounts.report_line = 'receivables' then 'receivable'
            when chart_of_accounts.report_line in ('contract_asset', 'contract_liability')
                then 'deferred'
            when chart_of_accounts.report_line = 'revenue' then 'recognised'
            when chart_of_accounts.report_line = 'customer_deposits' then 'deposit'
        end as measure,
        journal_totals.event_type,
        (journal_totals.debit - journal_totals.credit)
        * case when chart_of_accounts.report_line = 'revenue' then -1 else 1 end as amount
    from journal_totals
    inner join chart_of_accounts on journal_totals.account_code = chart_of_accounts.account_code
),

-- An invoice belongs to the month it is issued in; what comes to be known of a closed month stands
-- in the first open one, so what closes have counted is taken off there.
invoiced as (
    select
        invoices.entity_id,
        {{ posting_month(month_of('invoices.issued_on'), 'entities.first_open_month') }} as month,
        coalesce(bills.product_line, invoice_lines.product_line) as product_line,
        invoices.currency, invoice_lines.amount
    from invoice_lines
    inner join invoices on invoice_lines.invoice_id = invoices.invoice_id
    inner join entities on invoices.entity_id = entities.entity_id
    left join bills on invoice_lines.bill_id = bills.bill_id
    where invoice_lines.item_kind = 'line' and invoices.is_live and not invoices.is_opening
        and {{ month_of('invoices.issued_on') }}
        >= coalesce({{ month_of('entities.books_start_on') }}, '')
    union all
    select
        posted_statistics.entity_id, entities.first_open_month, posted_statistics.product_line,
        posted_statistics.currency, -posted_statistics.invoiced
    from posted_statistics
    inner join entities on posted_statistics.entity_id = entities.entity_id
),

flows as (
    select entity_id, month, product_line, currency, measure, amount from booked
    where measure in ('receivable', 'deferred', 'recognised')
    union all
    select entity_id, month, product_line, currency, 'billed', amount from booked
    where measure = 'receivable' and event_type = 'bill_confirmed'
    union all
    select entity_id, month, product_line, currency, 'applied', -amount from booked
    where measure = 'receivable' and event_type in ('receipt_applied', 'credit_applied')
    union all
    select entity_id, month, product_line, currency, 'received', -amount from booked
    where measure = 'deposit' and event_type = 'bank_entry_booked'
    union all
    select entity_id, month, product_line, currency, 'invoiced', amount from invoiced
    union all
    select entity_id, posting_month, product_line, currency, 'adjustment', gross_amount
    from bill_lines where line_kind = 'adjustment'
)

select
    entity_id, month, product_line, currency, measure,
    cast(sum(amount) as {{ money_type() }}) as amount
from flows
group by entity_id, month, product_line, currency, measure
