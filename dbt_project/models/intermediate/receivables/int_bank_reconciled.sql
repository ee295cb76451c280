with

chained as (
    select * from {{ ref('int_bank_statements_chained') }}
),

delivered_entries as (
    select * from {{ ref('stg_bank__entries') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

waived as (
    select * from {{ ref('int_bank_differences_waived') }}
),

-- Summed anew from the lines themselves, not taken from the statement's own sum.
booked as (
    select
        file_no,
        statement_no,
        sum(amount) as booked
    from delivered_entries
    group by file_no, statement_no
),

-- Differences are added without their signs: two that cancel each other are still two.
compared as (
    select
        chained.entity_id,
        chained.currency,
        chained.closing,
        chained.previous_closing,
        abs(chained.opening + coalesce(booked.booked, 0) - chained.closing) as off_balance,
        abs(chained.opening - chained.previous_closing) as off_chain,
        coalesce(abs(unbalanced.amount), 0) as waived_off_balance,
        coalesce(abs(broken.amount), 0) as waived_off_chain
    from chained
    left join booked using (file_no, statement_no)
    left join waived as unbalanced
        on chained.statement_id = unbalanced.statement_id
            and unbalanced.kind = 'statement_unbalanced'
    left join waived as broken
        on chained.statement_id = broken.statement_id and broken.kind = 'statement_break'
    where chained.entity_id is not null and not chained.is_before_books
),

summed as (
    select
        entity_id,
        currency,
        sum(closing) as closing,
        sum(off_balance) as off_balance,
        coalesce(sum(previous_closing), 0) as previous_closing,
        coalesce(sum(off_chain), 0) as off_chain,
        sum(waived_off_balance) as waived_off_balance,
        sum(waived_off_chain) as waived_off_chain
    from compared
    group by entity_id, currency
),

-- A difference that somebody has waived is expected; one beyond it is not.
checks as (
    select
        'bank_opening_plus_entries_equals_closing' as check_name,
        entity_id,
        currency,
        closing + waived_off_balance as expected,
        closing + off_balance as actual
    from summed
    union all
    select
        'bank_statements_unbroken' as check_name,
        entity_id,
        currency,
        previous_closing + waived_off_chain as expected,
        previous_closing + off_chain as actual
    from summed
),

dated as (
    select
        checks.check_name,
        checks.entity_id,
        entities.as_of_month as month,
        checks.currency,
        cast(checks.expected as {{ money_type() }}) as expected,
        cast(checks.actual as {{ money_type() }}) as actual
    from checks
    inner join entities using (entity_id)
)

select * from dated
