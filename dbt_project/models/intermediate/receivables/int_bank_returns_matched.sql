with

days as (
    select * from {{ ref('stg_run__days') }}
),

-- A booked reversal of a credit is below zero: it takes money out again.
entries as (
    select
        entries.*,
        case when entries.receipt_id is null then 1 else 0 end as is_return
    from {{ ref('int_bank_entries_loaded') }} as entries
    cross join days
    where entries.booked_on <= days.as_of
        and not entries.is_before_books
        and (entries.receipt_id is not null or (entries.is_reversal and entries.amount < 0))
),

movements as (
    select *, 1 as reference_kind, bank_reference as reference from entries
    union all
    select *, 2 as reference_kind, end_to_end_reference as reference from entries
),

-- Credits of one reference and amount pile up, and a return takes the latest that is still there:
-- it finds the pile as high as the receipt it takes had made it.
piled as (
    select
        *,
        sum(1 - is_return) over through_this
        - coalesce(sum(is_return) over before_this, 0) as height
    from movements
    where reference is not null
    window
        through_this as (
            partition by reference_kind, reference, bank_account, currency, abs(amount)
            order by booked_on, is_return, file_no, entry_no, detail_no, entry_id
            rows between unbounded preceding and current row
        ),
        before_this as (
            partition by reference_kind, reference, bank_account, currency, abs(amount)
            order by booked_on, is_return, file_no, entry_no, detail_no, entry_id
            rows between unbounded preceding and 1 preceding
        )
),

paired as (
    select
        reference_kind,
        is_return,
        entry_id,
        booked_on as returned_on,
        lag(receipt_id) over (
            partition by reference_kind, reference, bank_account, currency, abs(amount), height
            order by booked_on, is_return, file_no, entry_no, detail_no, entry_id
        ) as receipt_id
    from piled
),

-- The bank's reference goes before the customer's; a receipt goes back once.
chosen as (
    select
        *,
        row_number() over (partition by entry_id order by reference_kind, receipt_id) as choice
    from paired
    where is_return = 1 and receipt_id is not null
),

numbered as (
    select
        *,
        row_number() over (
            partition by receipt_id order by reference_kind, returned_on, entry_id
        ) as turn
    from chosen
    where choice = 1
),

taken_back as (
    select
        entry_id,
        receipt_id,
        returned_on
    from numbered
    where turn = 1
)

select * from taken_back
