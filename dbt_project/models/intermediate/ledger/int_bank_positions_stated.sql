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

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- Where the bank says an account stands: the closing balance of the last statement that is over.
ranked as (
    select
        statements.*,
        row_number() over (
            partition by statements.bank_account, statements.currency
            order by statements.closed_on desc, statements.statement_number desc nulls last,
                statements.statement_id desc
        ) as statement_rank
    from statements
    inner join run_days on statements.closed_on <= run_days.as_of
),

closed as (
    select bank_account, currency, closing as amount from ranked where statement_rank = 1
),

-- A statement that runs beyond the day has told its entries up to it.
running as (
    select
        entries.bank_account,
        entries.currency,
        entries.amount
    from entries
    inner join statements on entries.statement_id = statements.statement_id
    inner join run_days
        on statements.closed_on > run_days.as_of
        and entries.booked_on <= run_days.as_of
),

-- An account whose first statement still runs stands where that statement opened.
begun as (
    select
        statements.bank_account,
        statements.currency,
        statements.opening as amount
    from statements
    inner join run_days
        on statements.closed_on > run_days.as_of
        and coalesce(statements.opened_on, statements.closed_on) <= run_days.as_of
    left join closed
        on statements.bank_account = closed.bank_account
        and statements.currency = closed.currency
    where closed.bank_account is null and statements.previous_statement_id is null
),

amounts as (
    select * from closed
    union all
    select * from running
    union all
    select * from begun
),

stated as (
    select
        bank_accounts.entity_id,
        amounts.bank_account,
        amounts.currency,
        cast(sum(amounts.amount) as {{ money_type() }}) as closing
    from amounts
    inner join bank_accounts on amounts.bank_account = bank_accounts.bank_account
    group by bank_accounts.entity_id, amounts.bank_account, amounts.currency
)

select * from stated
