with

days as (
    select * from {{ ref('stg_run__days') }}
),

chained as (
    select * from {{ ref('int_bank_statements_chained') }}
),

faulted as (
    select * from {{ ref('int_bank_statements_faulted') }}
),

entries as (
    select entries.*
    from {{ ref('int_bank_entries_loaded') }} as entries
    cross join days
    where entries.booked_on <= days.as_of and not entries.is_before_books
),

returns as (
    select * from {{ ref('int_bank_returns_matched') }}
),

lost_decisions as (
    select * from {{ ref('int_payer_decisions_lost') }}
),

-- An account nobody has claimed is one exception, from its first statement on.
unknown_accounts as (
    select
        bank_account,
        case when min(currency) = max(currency) then min(currency) end as currency,
        min(closed_on) as dated_on,
        count(*) as statements,
        case when min(currency) = max(currency) then sum(booked) end as booked,
        min(source_file) as source_file
    from chained
    where entity_id is null
    group by bank_account
),

lost_returns as (
    select entries.*
    from entries
    left join returns using (entry_id)
    where entries.is_reversal and entries.amount < 0 and returns.entry_id is null
),

found as (
    select
        kind, 'bank_statements' as object, statement_id as key, entity_id, closed_on as dated_on,
        currency, gap as amount, reason, remedy, source_file, cast(null as bigint) as source_row
    from faulted
    union all
    select
        'unknown_bank_account', 'bank_statements', bank_account, null, dated_on,
        currency, booked,
        cast(statements as varchar) || ' statements of an account that is in no legal entity',
        'add the account to company_bank_accounts', source_file, null
    from unknown_accounts
    union all
    select
        'return_without_receipt', 'bank_entries', entry_id, entity_id, booked_on,
        currency, amount,
        'takes back a credit of ' || cast(-amount as varchar)
        || ', but no receipt has its reference and amount',
        'deliver the statement of the receipt, or waive', source_file, source_row
    from lost_returns
    union all
    select
        'unknown_reference', 'receipt_customers', receipt_id, null, decided_on,
        null, null,
        what || ' does not exist',
        'deliver what is missing, or correct the decision', source_file, source_row
    from lost_decisions
),

typed as (
    select
        kind, object, key, entity_id, dated_on, currency,
        cast(amount as {{ money_type() }}) as amount,
        reason, remedy, source_file, source_row
    from found
)

select * from typed
