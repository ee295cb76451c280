with

chained as (
    select * from {{ ref('int_bank_statements_chained') }}
),

exceptions as (
    select * from {{ ref('int_exceptions_identified') }}
),

waived as (
    select * from {{ ref('int_exceptions_waived') }}
),

waived_gaps as (
    select
        exceptions.key as statement_id,
        exceptions.kind,
        exceptions.amount
    from exceptions
    inner join waived on exceptions.exception_id = waived.exception_id
    where exceptions.object = 'bank_statements'
        and exceptions.kind in ('statement_break', 'statement_unbalanced')
),

-- Money that came between two statements is in none of them; entries that lead past the closing
-- balance are booked all the same.
signed as (
    select
        chained.statement_id,
        chained.entity_id,
        chained.bank_account,
        chained.currency,
        waived_gaps.kind,
        waived_gaps.amount,
        case when waived_gaps.kind = 'statement_break' then -waived_gaps.amount
            else waived_gaps.amount
        end as booked_beyond_stated
    from chained
    inner join waived_gaps on chained.statement_id = waived_gaps.statement_id
    where chained.entity_id is not null
)

select * from signed
