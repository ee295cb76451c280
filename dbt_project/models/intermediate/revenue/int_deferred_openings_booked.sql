with

openings as (
    select * from {{ ref('int_openings_seen') }}
),

journal_lines as (
    select * from {{ ref('stg_posted__journal_lines') }}
),

accounts as (
    select * from {{ ref('chart_of_accounts') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- What closed months have booked of deferred revenue brought in stands in its month …
posted as (
    select
        journal_lines.document_id as opening_id,
        journal_lines.posting_month as month,
        sum(-{{ signed_by_side('journal_lines.side', 'journal_lines.amount') }}) as amount
    from journal_lines
    inner join accounts on journal_lines.account_code = accounts.account_code
    where
        journal_lines.event_type = 'deferred_revenue_opened'
        and accounts.report_line = 'contract_liability'
    group by journal_lines.document_id, journal_lines.posting_month
),

posted_to_date as (
    select
        opening_id,
        sum(amount) as amount
    from posted
    group by opening_id
),

-- … and what has been edited since is booked in the first open one.
unposted as (
    select
        openings.opening_id,
        openings.posting_month as month,
        openings.amount - coalesce(posted_to_date.amount, 0) as amount
    from openings
    inner join entities on openings.entity_id = entities.entity_id
    left join posted_to_date on openings.opening_id = posted_to_date.opening_id
    where
        openings.kind = 'deferred_revenue'
        and openings.posting_month <= entities.as_of_month
),

booked as (
    select * from posted
    union all
    select * from unposted
),

summed as (
    select
        openings.opening_id,
        openings.entity_id,
        openings.contract_line_id,
        openings.product_line,
        openings.currency,
        openings.as_of,
        booked.month,
        cast(sum(booked.amount) as {{ money_type() }}) as amount
    from booked
    inner join openings on booked.opening_id = openings.opening_id
    group by
        openings.opening_id, openings.entity_id, openings.contract_line_id,
        openings.product_line, openings.currency, openings.as_of, booked.month
    having sum(booked.amount) <> 0
)

select * from summed
