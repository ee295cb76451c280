with

measured as (
    select * from {{ ref('int_applications_measured') }}
),

credits as (
    select * from {{ ref('int_credits_available') }}
),

receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

decisions as (
    select * from {{ ref('int_payer_decisions_seen') }}
),

splits as (
    select * from {{ ref('stg_operations__receipt_splits') }}
),

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

decided_bills as (
    select * from {{ ref('int_bills_decided') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- Applications posted in a closed month stand, unless their split is reversed, their payer changes,
-- their receipt is returned or their bill no longer holds them; those of a credit, unless it is no
-- longer there or no longer that large.
judged as (
    select
        measured.*,
        case
            when measured.grant_id is not null
                and coalesce(measured.total_of_grant > credits.amount, true) then run_days.as_of
            when measured.grant_id is null and receipts.receipt_id is null then run_days.as_of
            when receipts.returned_on is not null then receipts.returned_on
            when measured.grant_id is null
                and receipts.customer_id is distinct from measured.customer_id
                then coalesce(decisions.decided_on, run_days.as_of)
            when measured.split_id is not null and splits.split_id is null then run_days.as_of
            when splits.reversed_on <= run_days.known_on then splits.reversed_on
            when measured.bill_id is not null
                and (bills.gross_amount is null
                    or measured.total_on_bill > bills.gross_amount)
                then least(coalesce(decided_bills.decided_on, run_days.as_of), run_days.as_of)
            when measured.bill_id is null and measured.invoice_id is not null
                and not coalesce(invoices.is_live, false) then run_days.as_of
        end as falls_on,
        run_days.as_of
    from measured
    cross join run_days
    left join receipts on measured.receipt_id = receipts.receipt_id
    left join bills on measured.bill_id = bills.bill_id
    left join credits
        on measured.grant_id = credits.grant_id and measured.customer_id = credits.customer_id
    left join decisions on measured.receipt_id = decisions.receipt_id
    left join splits on measured.split_id = splits.split_id
    left join decided_bills on measured.bill_id = decided_bills.bill_id
    left join invoices on measured.invoice_id = invoices.invoice_id
)

-- What falls after the books' day falls in a later month; until then it stands.
select
    application_id, receipt_id, bill_id, invoice_id, product_line, amount, applied_on, stage,
    grant_id, entity_id, customer_id, bill_customer_id, currency, split_id, money_product_line,
    case when falls_on <= as_of then falls_on end as falls_on
from judged
