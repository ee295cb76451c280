with

instructed as (
    select * from {{ ref('int_applications_instructed') }}
),

referenced as (
    select * from {{ ref('int_applications_referenced') }}
),

matched as (
    select * from {{ ref('int_applications_matched') }}
),

designated as (
    select * from {{ ref('int_applications_designated') }}
),

aged as (
    select * from {{ ref('int_applications_aged') }}
),

standing as (
    select * from {{ ref('int_applications_standing') }}
),

posted_instructed as (
    select
        split_id,
        bill_id,
        invoice_id,
        sum(amount) as amount
    from standing
    where falls_on is null and stage = 'instructed'
    group by split_id, bill_id, invoice_id
),

-- A split says the same every night: what it has posted and still says is not said again.
instructed_anew as (
    select
        instructed.stage,
        instructed.receipt_id,
        instructed.bill_id,
        instructed.invoice_id,
        instructed.split_id,
        case
            when posted_instructed.amount <= instructed.amount
                then instructed.amount - posted_instructed.amount
            else instructed.amount
        end as amount
    from instructed
    left join posted_instructed
        on instructed.split_id = posted_instructed.split_id
            and instructed.bill_id is not distinct from posted_instructed.bill_id
            and instructed.invoice_id is not distinct from posted_instructed.invoice_id
),

shared as (
    select * from instructed_anew
    union all
    select * from referenced
    union all
    select * from matched
    union all
    select * from designated
    union all
    select * from aged
)

select * from shared where amount > 0
