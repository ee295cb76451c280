with

statements as (
    select * from {{ ref('stg_bank__statements') }}
),

entries as (
    select * from {{ ref('stg_bank__entries') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

-- Formats differ in what they split into details: deliveries are compared by whole entries.
whole_entries as (
    select
        file_no,
        statement_no,
        entry_no,
        booked_on,
        sum(amount) as amount,
        min(bank_reference) as bank_reference,
        min(counterparty_account) as counterparty_account
    from entries
    group by file_no, statement_no, entry_no, booked_on
),

described_entries as (
    select
        file_no,
        statement_no,
        amount,
        cast(booked_on as varchar) || ' ' || cast(cast(amount as {{ money_type() }}) as varchar)
            as money_of_entry,
        coalesce(bank_reference, '') || ' ' || coalesce(counterparty_account, '')
            as particulars_of_entry
    from whole_entries
),

summed as (
    select
        file_no,
        statement_no,
        cast(sum(amount) as {{ money_type() }}) as booked,
        count(*) as entries,
        {{ texts_joined('money_of_entry') }} as money_of_entries,
        {{ texts_joined("money_of_entry || ' ' || particulars_of_entry") }} as full_entries
    from described_entries
    group by file_no, statement_no
),

-- A format without an opening balance: what the closing balance leaves; continuity is checked.
delivered as (
    select
        statements.file_no,
        statements.statement_no,
        statements.format,
        statements.bank_account,
        statements.currency,
        statements.statement_number,
        statements.opened_on,
        statements.closed_on,
        cast(
            coalesce(statements.opening, statements.closing - coalesce(summed.booked, 0))
            as {{ money_type() }}
        ) as opening,
        statements.closing,
        cast(coalesce(summed.booked, 0) as {{ money_type() }}) as booked,
        coalesce(summed.entries, 0) as entries,
        coalesce(summed.money_of_entries, '') as money_of_entries,
        coalesce(summed.full_entries, '') as full_entries,
        statements.source_file
    from statements
    left join summed using (file_no, statement_no)
),

-- One statement is one account, closing date, opening and closing balance, however often it comes.
named as (
    select
        delivered.*,
        delivered.bank_account || '/' || cast(delivered.closed_on as varchar)
        || '/' || {{ money_text('delivered.opening', 'currencies.minor_units') }}
        || '/' || {{ money_text('delivered.closing', 'currencies.minor_units') }} as statement_id
    from delivered
    left join currencies on delivered.currency = currencies.currency
)

select * from named
