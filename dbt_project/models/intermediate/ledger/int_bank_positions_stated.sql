with

statements as (
    select * from {{ ref('int_bank_statements_chained') }}
),

carried_in as (
    select * from {{ ref('int_bank_openings_carried') }}
),

entries as (
    select * from {{ ref('bank_entries') }}
),

-- Where the bank says an account stands: the closing balance of the last statement that is over.
ranked as (
    select
        *,
        row_number() over (partition by bank_account, currency order by chain_no desc)
            as statement_rank
    from statements
    where entity_id is not null
),

closed as (
    select
        entity_id,
        bank_account,
        currency,
        closing as amount
    from ranked
    where statement_rank = 1
),

-- A statement that is not over yet has told its entries so far.
running as (
    select
        entries.entity_id,
        entries.bank_account,
        entries.currency,
        entries.amount
    from entries
    left join statements on entries.statement_id = statements.statement_id
    where statements.statement_id is null and entries.entity_id is not null
),

-- An account whose first statement is not over stands where that opened.
begun as (
    select
        carried_in.entity_id,
        carried_in.bank_account,
        carried_in.currency,
        carried_in.amount
    from carried_in
    left join statements
        on carried_in.bank_account = statements.bank_account
            and carried_in.currency = statements.currency
    where statements.statement_id is null
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
        entity_id,
        bank_account,
        currency,
        cast(sum(amount) as {{ money_type() }}) as closing
    from amounts
    group by entity_id, bank_account, currency
)

select * from stated
