with

applications as (
    select * from {{ ref('int_applications_known') }}
),

credit_notes as (
    select * from {{ ref('int_bills_receivable') }}
),

used as (
    select applications.*
    from applications
    left join credit_notes on applications.grant_id = credit_notes.bill_id
    where applications.grant_id is not null and credit_notes.bill_id is null
)

select * from used
