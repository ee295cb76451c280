with

chained as (
    select * from {{ ref('int_bank_statements_chained') }}
),

judged as (
    select *
    from chained
    where not is_before_books
),

unbalanced as (
    select
        'statement_unbalanced' as kind,
        judged.*,
        opening + booked - closing as gap,
        'opening ' || cast(opening as varchar) || ' and entries ' || cast(booked as varchar)
        || ' make ' || cast(cast(opening + booked as {{ money_type() }}) as varchar)
        || ', but the statement closes at ' || cast(closing as varchar) as reason,
        'ask the bank for the whole statement' as remedy
    from judged
    where opening + booked <> closing
),

broken as (
    select
        'statement_break' as kind,
        judged.*,
        opening - previous_closing as gap,
        'opens at ' || cast(opening as varchar) || ', but the statement before it ('
        || previous_statement_id || ') closed at ' || cast(previous_closing as varchar) as reason,
        'deliver the statement that is missing between the two' as remedy
    from judged
    where opening <> previous_closing
),

conflicting as (
    select
        'statement_conflict' as kind,
        judged.*,
        closing as gap,
        'delivered again with other entries by ' || conflicting_file
        || '; the first delivery stands' as reason,
        'ask the bank which delivery is right' as remedy
    from judged
    where conflicting_files > 0
),

other_currency as (
    select
        'bank_account_currency' as kind,
        judged.*,
        closing as gap,
        'a statement in ' || currency || ' on an account in ' || account_currency as reason,
        'correct the currency of the account in company_bank_accounts' as remedy
    from judged
    where currency <> account_currency
),

found as (
    select * from unbalanced
    union all
    select * from broken
    union all
    select * from conflicting
    union all
    select * from other_currency
),

faulted as (
    select
        kind,
        statement_id,
        entity_id,
        closed_on,
        currency,
        cast(gap as {{ money_type() }}) as gap,
        reason,
        remedy,
        source_file
    from found
)

select * from faulted
