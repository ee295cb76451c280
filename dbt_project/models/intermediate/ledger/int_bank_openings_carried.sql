with

statements as (
    select * from {{ ref('bank_statements') }}
),

entries as (
    select * from {{ ref('bank_entries') }}
),

bank_accounts as (
    select * from {{ ref('stg_operations__company_bank_accounts') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

ordered as (
    select
        statements.*,
        row_number() over (
            partition by statements.bank_account, statements.currency
            order by statements.closed_on, statements.opened_on nulls last, statements.statement_id
        ) as statement_rank
    from statements
),

-- The first statement says what the account held before it; it stands in no feed of openings.
first_statements as (
    select
        ordered.bank_account,
        ordered.currency,
        ordered.statement_id,
        ordered.opening,
        bank_accounts.entity_id,
        bank_accounts.account_code,
        entities.books_start_on,
        least(coalesce(ordered.opened_on, ordered.closed_on), ordered.closed_on) as opened_on
    from ordered
    inner join bank_accounts on ordered.bank_account = bank_accounts.bank_account
    inner join entities on bank_accounts.entity_id = entities.entity_id
    where ordered.statement_rank = 1
),

booked_before as (
    select
        first_statements.bank_account,
        first_statements.currency,
        sum(entries.amount) as amount
    from first_statements
    inner join entries
        on first_statements.bank_account = entries.bank_account
        and first_statements.currency = entries.currency
        and entries.booked_on < first_statements.books_start_on
    group by first_statements.bank_account, first_statements.currency
),

-- Entries from before the books post nothing, so the books begin with what they left.
carried as (
    select
        'bank_opened' as event_type,
        'bank_statement' as document_type,
        first_statements.statement_id as document_id,
        first_statements.entity_id,
        first_statements.account_code as own_account_code,
        greatest(
            first_statements.opened_on,
            coalesce(first_statements.books_start_on, first_statements.opened_on)
        ) as document_on,
        first_statements.currency,
        cast(null as varchar) as customer_id,
        false as is_identified,
        cast(
            first_statements.opening + coalesce(booked_before.amount, 0) as {{ money_type() }}
        ) as amount
    from first_statements
    cross join run_days
    left join booked_before
        on first_statements.bank_account = booked_before.bank_account
        and first_statements.currency = booked_before.currency
    where greatest(
        first_statements.opened_on,
        coalesce(first_statements.books_start_on, first_statements.opened_on)
    ) <= run_days.as_of
)

select * from carried
