with

feed as (
    select * from {{ ref('int_feed_exceptions_found') }}
),

bank as (
    select * from {{ ref('int_bank_exceptions_found') }}
),

rating as (
    select * from {{ ref('int_rating_exceptions_found') }}
),

billing as (
    select * from {{ ref('int_billing_exceptions_found') }}
),

receivables as (
    select * from {{ ref('int_receivables_exceptions_found') }}
),

revenue as (
    select * from {{ ref('int_revenue_exceptions_found') }}
),

ledger as (
    select * from {{ ref('int_ledger_exceptions_found') }}
),

entities as (
    select * from {{ ref('legal_entities') }}
),

found as (
    select {{ exception_columns() }} from feed
    union all
    select {{ exception_columns() }} from bank
    union all
    select {{ exception_columns() }} from rating
    union all
    select {{ exception_columns() }} from billing
    union all
    select {{ exception_columns() }} from receivables
    union all
    select {{ exception_columns() }} from revenue
    union all
    select {{ exception_columns() }} from ledger
),

-- Several findings of one kind, object and key are one exception, of their sum: its id must not
-- depend on how many there are, or a waiver would no longer name it.
collected as (
    select
        'X-' || {{ short_hash("kind || '/' || object || '/' || coalesce(key, '')") }}
            as exception_id,
        kind,
        object,
        coalesce(key, '') as key,
        min(entity_id) as entity_id,
        min(dated_on) as dated_on,
        min(currency) as currency,
        cast(sum(amount) as decimal(20, 4)) as amount,
        min(reason) as reason,
        min(remedy) as remedy,
        min(source_file) as source_file,
        min(source_row) as source_row,
        count(*) as findings
    from found
    group by kind, object, coalesce(key, '')
),

-- What names an entity that the books do not know belongs to none, and so blocks every one.
identified as (
    select
        collected.exception_id,
        collected.kind,
        collected.object,
        collected.key,
        entities.entity_id,
        collected.dated_on,
        collected.currency,
        collected.amount,
        collected.reason,
        collected.remedy,
        collected.source_file,
        collected.source_row,
        collected.findings
    from collected
    left join entities on collected.entity_id = entities.entity_id
)

select * from identified
