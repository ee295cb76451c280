with

receipts as (
    select * from {{ ref('int_receipts_seen') }}
),

runs as (
    select
        receipt_id,
        {{ runs_of_marks_exploded('remittance_text') }}
    from receipts
    where remittance_text is not null
),

-- A word is a run without the marks at its ends, of four characters or more; case does not count.
words as (
    select
        receipt_id,
        cast(position as bigint) as position,
        upper(trim(run, '-/_.')) as word
    from runs
),

kept as (
    select * from words where length(word) >= 4
)

select * from kept
