with

days as (
    select * from {{ ref('stg_run__days') }}
),

loaded as (
    select * from {{ ref('int_bank_entries_loaded') }}
),

seen as (
    select loaded.*
    from loaded
    cross join days
    where loaded.booked_on <= days.as_of
)

select
    entry_id,
    statement_id,
    bank_account,
    entity_id,
    booked_on,
    value_on,
    amount,
    currency,
    bank_reference,
    end_to_end_reference,
    counterparty_name,
    counterparty_account,
    remittance_text,
    is_reversal,
    receipt_id,
    is_before_books,
    source_file,
    source_row
from seen
