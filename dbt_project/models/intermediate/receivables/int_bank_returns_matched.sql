with

days as (
    select * from {{ ref('stg_run__days') }}
),

entries as (
    select entries.*
    from {{ ref('int_bank_entries_loaded') }} as entries
    cross join days
    where entries.booked_on <= days.as_of and not entries.is_before_books
),

receipts as (
    select * from entries where receipt_id is not null
),

-- A booked reversal of a credit takes money out again.
returns as (
    select * from entries where is_reversal and amount < 0
),

-- Each reference that both carry; the bank's own goes before the customer's.
pairs as (
    select
        returns.entry_id,
        receipts.receipt_id,
        case when returns.bank_reference = receipts.bank_reference then 1 else 2 end as strength,
        returns.booked_on as returned_on,
        returns.file_no as return_file_no,
        returns.entry_no as return_entry_no,
        receipts.booked_on,
        receipts.file_no,
        receipts.entry_no
    from returns
    inner join receipts
        on returns.bank_account = receipts.bank_account
        and returns.currency = receipts.currency
        and returns.amount = -receipts.amount
        and returns.booked_on >= receipts.booked_on
        and (
            returns.bank_reference = receipts.bank_reference
            or returns.end_to_end_reference = receipts.end_to_end_reference
        )
),

-- Several receipts under one reference and amount: the first return takes the first of them, the second the second.
ranked as (
    select
        *,
        dense_rank() over (
            partition by receipt_id
            order by strength, returned_on, return_file_no, return_entry_no, entry_id
        ) as turn_of_return,
        dense_rank() over (
            partition by entry_id
            order by strength, booked_on, file_no, entry_no, receipt_id
        ) as turn_of_receipt
    from pairs
),

matched as (
    select entry_id, receipt_id, returned_on
    from ranked
    where turn_of_return = turn_of_receipt
),

-- One return takes one receipt back, and a receipt goes back once.
numbered as (
    select
        *,
        row_number() over (partition by entry_id order by returned_on, receipt_id) as choice,
        row_number() over (partition by receipt_id order by returned_on, entry_id) as taken
    from matched
),

taken_back as (
    select
        entry_id,
        receipt_id,
        returned_on
    from numbered
    where choice = 1 and taken = 1
)

select * from taken_back
