with

statements as (
    select * from {{ ref('int_bank_statements_loaded') }}
),

entries as (
    select * from {{ ref('stg_bank__entries') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- The first delivery of a statement stands.
loaded as (
    select
        entries.*,
        statements.statement_id,
        statements.bank_account,
        statements.entity_id,
        statements.bank_account || '/' || cast(entries.booked_on as varchar)
        || '/' || {{ money_text('entries.amount', 'currencies.minor_units') }} as money_named
    from entries
    inner join statements using (file_no, statement_no)
    left join currencies on entries.currency = currencies.currency
),

-- Equal credits of one account and day are told apart by the order in which they were loaded.
counted as (
    select
        *,
        row_number() over (
            partition by money_named order by file_no, statement_no, entry_no, detail_no
        ) as n
    from loaded
),

named as (
    select
        counted.statement_id || '#' || cast(counted.entry_no as varchar)
        || '.' || cast(counted.detail_no as varchar) as entry_id,
        counted.statement_id,
        counted.bank_account,
        counted.entity_id,
        counted.currency,
        counted.amount,
        counted.booked_on,
        counted.value_on,
        counted.bank_reference,
        counted.end_to_end_reference,
        counted.counterparty_name,
        counted.counterparty_account,
        counted.remittance_text,
        counted.is_reversal,
        case
            when counted.amount > 0
                then counted.money_named || '/' || cast(counted.n as varchar)
        end as receipt_id,
        -- What lies before the books posts nothing: opening balances stand for it.
        coalesce(
            {{ month_of('counted.booked_on') }} < {{ month_of('entities.books_start_on') }}, false
        ) as is_before_books,
        counted.file_no,
        counted.entry_no,
        counted.detail_no,
        counted.source_file,
        counted.source_row
    from counted
    left join entities using (entity_id)
)

select * from named
