with

dated as (
    select * from {{ ref('int_applications_dated') }}
),

credits as (
    select * from {{ ref('int_credits_dated') }}
),

reversals as (
    select * from {{ ref('int_applications_reversed') }}
),

posted as (
    select * from {{ ref('stg_posted__receipt_applications') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

listed as (
    select * from dated
    union all
    select * from credits
    union all
    select * from reversals
),

-- What applies to an opening, or comes from one, is posted no earlier than the opening itself.
expected as (
    select
        listed.*,
        greatest(
            {{ month_of('listed.applied_on') }},
            coalesce(opening_bills.economic_month, ''),
            coalesce(opening_receipts.economic_month, ''),
            coalesce(opening_credits.economic_month, '')
        ) as economic_month
    from listed
    left join openings as opening_bills on listed.bill_id = opening_bills.opening_id
    left join openings as opening_receipts on listed.receipt_id = opening_receipts.opening_id
    left join openings as opening_credits on listed.grant_id = opening_credits.opening_id
),

with_months as (
    select
        expected.*,
        {{ posting_month('expected.economic_month', 'entities.first_open_month') }}
            as posting_month,
        entities.as_of_month
    from expected
    inner join entities on expected.entity_id = entities.entity_id
),

-- Nothing new is posted after the run's month: it waits, its money unapplied.
emitted as (
    select with_months.*
    from with_months
    cross join run_days
    where
        with_months.applied_on <= run_days.as_of
        and with_months.posting_month <= with_months.as_of_month
),

known as (
    select
        application_id, receipt_id, bill_id, invoice_id, product_line, amount, applied_on, stage,
        grant_id, reverses_id, entity_id, customer_id, bill_customer_id, currency, split_id,
        money_product_line, economic_month, posting_month, true as is_posted
    from posted
    union all
    select
        application_id, receipt_id, bill_id, invoice_id, product_line, amount, applied_on, stage,
        grant_id, reverses_id, entity_id, customer_id, bill_customer_id, currency, split_id,
        money_product_line, economic_month, posting_month, false as is_posted
    from emitted
)

select * from known
