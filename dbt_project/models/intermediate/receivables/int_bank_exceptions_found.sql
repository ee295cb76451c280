with

days as (
    select * from {{ ref('stg_run__days') }}
),

chained as (
    select * from {{ ref('int_bank_statements_chained') }}
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

decisions as (
    select decisions.*, {{ local_date('decisions.decided_at', "'UTC'") }} as decided_on
    from {{ ref('stg_operations__receipt_customers') }} as decisions
),

credits as (
    select receipt_id from {{ ref('int_bank_entries_loaded') }} where receipt_id is not null
    union all
    select opening_id as receipt_id
    from {{ ref('stg_operations__opening_balances') }}
    where kind = 'receipt'
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

unbalanced as (
    select
        'statement_unbalanced' as kind,
        chained.*,
        opening + booked - closing as gap,
        'opening ' || cast(opening as varchar) || ' and entries ' || cast(booked as varchar)
        || ' make ' || cast(cast(opening + booked as {{ money_type() }}) as varchar)
        || ', but the statement closes at ' || cast(closing as varchar) as reason,
        'ask the bank for the whole statement' as remedy
    from chained
    where opening + booked <> closing and not is_before_books
),

broken as (
    select
        'statement_break' as kind,
        chained.*,
        opening - previous_closing as gap,
        'opens at ' || cast(opening as varchar) || ', but the statement before it ('
        || previous_statement_id || ') closed at ' || cast(previous_closing as varchar) as reason,
        'deliver the statement that is missing between the two' as remedy
    from chained
    where opening <> previous_closing and not is_before_books
),

conflicting as (
    select
        'statement_conflict' as kind,
        chained.*,
        closing as gap,
        'delivered again with other entries by ' || conflicting_file
        || '; the first delivery stands' as reason,
        'ask the bank which delivery is right' as remedy
    from chained
    where conflicting_files > 0 and not is_before_books
),

other_currency as (
    select
        'bank_account_currency' as kind,
        chained.*,
        closing as gap,
        'a statement in ' || currency || ' on an account in ' || account_currency as reason,
        'correct the currency of the account in company_bank_accounts' as remedy
    from chained
    where currency <> account_currency
),

of_statements as (
    select * from unbalanced
    union all
    select * from broken
    union all
    select * from conflicting
    union all
    select * from other_currency
),

-- An account nobody has claimed is one exception, from its first statement on.
unknown_accounts as (
    select
        bank_account,
        currency,
        min(closed_on) as dated_on,
        count(*) as statements,
        sum(booked) as booked,
        min(source_file) as source_file
    from chained
    where entity_id is null
    group by bank_account, currency
),

lost_returns as (
    select entries.*
    from entries
    left join returns using (entry_id)
    where entries.is_reversal and entries.amount < 0 and returns.entry_id is null
),

lost_decisions as (
    select
        decisions.*,
        case
            when customers.customer_id is null then 'customer ' || decisions.customer_id
            else 'receipt ' || decisions.receipt_id
        end as what
    from decisions
    cross join days
    left join credits on decisions.receipt_id = credits.receipt_id
    left join customers on decisions.customer_id = customers.customer_id
    where decisions.decided_on <= days.known_on
        and (credits.receipt_id is null or customers.customer_id is null)
),

found as (
    select
        kind, 'bank_statements' as object, statement_id as key, entity_id, closed_on as dated_on,
        currency, gap as amount, reason, remedy, source_file, cast(null as bigint) as source_row
    from of_statements
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
