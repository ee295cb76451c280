with

days as (
    select * from {{ ref('stg_run__days') }}
),

entries as (
    select * from {{ ref('int_bank_entries_loaded') }}
),

returns as (
    select * from {{ ref('int_bank_returns_matched') }}
),

-- A receipt is a booked bank credit, seen by its booking date; opening balances stand for one
-- before the books.
seen as (
    select
        entries.receipt_id,
        entries.bank_account,
        entries.entity_id,
        entries.statement_id,
        entries.booked_on,
        entries.value_on,
        entries.currency,
        entries.amount,
        entries.counterparty_name as payer_name,
        entries.counterparty_account as payer_account,
        entries.remittance_text,
        entries.bank_reference,
        entries.end_to_end_reference,
        returns.returned_on,
        entries.source_file,
        entries.source_row
    from entries
    cross join days
    left join returns on entries.receipt_id = returns.receipt_id
    where entries.receipt_id is not null
        and entries.booked_on <= days.as_of
        and not entries.is_before_books
)

select * from seen
