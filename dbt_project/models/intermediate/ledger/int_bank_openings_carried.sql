with

statements as (
    select * from {{ ref('int_bank_statements_loaded') }}
),

chained as (
    select * from {{ ref('int_bank_statements_chained') }}
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

first_entries as (
    select
        statement_id,
        min(booked_on) as booked_on
    from entries
    group by statement_id
),

ranked as (
    select
        statements.*,
        row_number() over (
            partition by statements.bank_account, statements.currency
            order by
                chained.chain_no nulls last, statements.closed_on,
                statements.file_no, statements.statement_no
        ) as statement_rank
    from statements
    left join chained on statements.statement_id = chained.statement_id
),

-- The first statement says what the account held before its first entry; it stands in no feed of
-- openings.
first_statements as (
    select
        ranked.bank_account, ranked.currency, ranked.statement_id, ranked.opening,
        ranked.entity_id, bank_accounts.account_code,
        greatest(
            least(first_entries.booked_on, ranked.closed_on),
            coalesce(
                {{ month_start(month_of('entities.books_start_on')) }},
                least(first_entries.booked_on, ranked.closed_on)
            )
        ) as document_on
    from ranked
    inner join bank_accounts on ranked.bank_account = bank_accounts.bank_account
    inner join entities on ranked.entity_id = entities.entity_id
    left join first_entries on ranked.statement_id = first_entries.statement_id
    where ranked.statement_rank = 1
),

booked_before as (
    select
        bank_account, currency,
        sum(amount) as amount
    from entries
    where is_before_books
    group by bank_account, currency
),

-- Entries from before the books post nothing, so the books begin with what they left.
carried as (
    select
        'bank_opened' as event_type, 'bank_statement' as document_type,
        first_statements.statement_id as document_id, first_statements.entity_id,
        first_statements.bank_account, first_statements.account_code as own_account_code,
        first_statements.document_on, first_statements.currency,
        cast(null as varchar) as customer_id, false as is_identified,
        cast(
            coalesce(first_statements.opening, 0) + coalesce(booked_before.amount, 0)
            as {{ money_type() }}
        ) as amount
    from first_statements
    cross join run_days
    left join booked_before
        on first_statements.bank_account = booked_before.bank_account
            and first_statements.currency = booked_before.currency
    where first_statements.document_on <= run_days.as_of
)

select * from carried
