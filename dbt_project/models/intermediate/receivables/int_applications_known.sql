with

shared as (
    select * from {{ ref('int_applications_shared') }}
),

standing as (
    select * from {{ ref('int_applications_standing') }}
),

posted as (
    select * from {{ ref('stg_posted__receipt_applications') }}
),

withdrawn as (
    select * from {{ ref('int_applications_withdrawn') }}
),

receipts as (
    select * from {{ ref('int_receipts_available') }}
),

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

splits as (
    select * from {{ ref('stg_operations__receipt_splits') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- The same pair may be applied again after a close: the count of what is posted tells them apart.
posted_counts as (
    select
        receipt_id, bill_id, invoice_id, stage, split_id,
        count(*) as times
    from posted
    where reverses_id is null
    group by receipt_id, bill_id, invoice_id, stage, split_id
),

-- Dated when both the money and the bill are there, never before the receipt's booking.
dated as (
    select
        md5(concat_ws(
            '|', shared.receipt_id, coalesce(shared.bill_id, ''), coalesce(shared.invoice_id, ''),
            shared.stage, coalesce(shared.split_id, ''),
            cast(coalesce(posted_counts.times, 0) as varchar)
        )) as application_id,
        shared.receipt_id,
        shared.bill_id,
        shared.invoice_id,
        coalesce(bills.product_line, invoices.product_line) as product_line,
        shared.amount,
        greatest(
            receipts.value_on, receipts.booked_on, coalesce(bills.billed_on, invoices.issued_on)
        ) as applied_on,
        shared.stage,
        cast(null as varchar) as grant_id,
        cast(null as varchar) as reverses_id,
        receipts.entity_id,
        receipts.customer_id,
        coalesce(bills.customer_id, invoices.customer_id) as bill_customer_id,
        receipts.currency,
        shared.split_id,
        coalesce(
            case when shared.stage = 'designated' then splits.product_line end,
            receipts.product_line
        ) as money_product_line
    from shared
    inner join receipts on shared.receipt_id = receipts.receipt_id
    left join bills on shared.bill_id = bills.bill_id
    left join invoices on shared.invoice_id = invoices.invoice_id
    left join splits on shared.split_id = splits.split_id
    left join posted_counts
        on shared.receipt_id = posted_counts.receipt_id
        and shared.bill_id is not distinct from posted_counts.bill_id
        and shared.invoice_id is not distinct from posted_counts.invoice_id
        and shared.stage = posted_counts.stage
        and shared.split_id is not distinct from posted_counts.split_id
),

-- What applies to an opening, or comes from one, is posted no earlier than the opening itself.
economic as (
    select
        dated.*,
        greatest(
            {{ month_of('dated.applied_on') }},
            coalesce({{ month_of('opening_bills.as_of') }}, ''),
            coalesce({{ month_of('opening_receipts.as_of') }}, '')
        ) as economic_month
    from dated
    left join openings as opening_bills on dated.bill_id = opening_bills.opening_id
    left join openings as opening_receipts on dated.receipt_id = opening_receipts.opening_id
),

-- Nothing new is posted after the run's month: it waits, its money unapplied.
emitted as (
    select
        economic.*,
        {{ posting_month('economic.economic_month', 'entities.first_open_month') }}
            as posting_month
    from economic
    inner join entities on economic.entity_id = entities.entity_id
    cross join run_days
    where
        economic.applied_on <= run_days.as_of
        and {{ posting_month('economic.economic_month', 'entities.first_open_month') }}
        <= entities.as_of_month
),

reversals as (
    select
        standing.application_id || '/reversed' as application_id,
        standing.receipt_id,
        standing.bill_id,
        standing.invoice_id,
        standing.product_line,
        -standing.amount as amount,
        greatest(withdrawn.falls_on, standing.applied_on) as applied_on,
        standing.stage,
        standing.grant_id,
        standing.application_id as reverses_id,
        standing.entity_id,
        standing.customer_id,
        standing.bill_customer_id,
        standing.currency,
        standing.split_id,
        standing.money_product_line
    from standing
    inner join withdrawn on standing.application_id = withdrawn.application_id
),

reversals_emitted as (
    select
        reversals.*,
        {{ month_of('reversals.applied_on') }} as economic_month,
        {{ posting_month(month_of('reversals.applied_on'), 'entities.first_open_month') }}
            as posting_month
    from reversals
    inner join entities on reversals.entity_id = entities.entity_id
    where
        {{ posting_month(month_of('reversals.applied_on'), 'entities.first_open_month') }}
        <= entities.as_of_month
),

posted_rows as (
    select
        application_id, receipt_id, bill_id, invoice_id, product_line, amount, applied_on, stage,
        grant_id, reverses_id, entity_id, customer_id, bill_customer_id, currency, split_id,
        money_product_line, economic_month, posting_month, true as is_posted
    from posted
),

known as (
    select * from posted_rows
    union all
    select *, false as is_posted from emitted
    union all
    select *, false as is_posted from reversals_emitted
)

select * from known
