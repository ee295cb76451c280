with

standing as (
    select * from {{ ref('int_applications_standing') }}
),

instructed as (
    select * from {{ ref('int_applications_instructed') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

compared as (
    select
        standing.*,
        coalesce(instructed.amount, 0) as instructed_amount,
        sum(standing.amount) over (
            partition by
                standing.split_id, standing.bill_id, standing.invoice_id,
                standing.falls_on is null
        ) as posted_amount
    from standing
    left join instructed
        on standing.stage = 'instructed'
            and standing.split_id = instructed.split_id
            and standing.bill_id is not distinct from instructed.bill_id
            and standing.invoice_id is not distinct from instructed.invoice_id
),

-- Posted rows that no longer stand, and those whose split now says something else (money on an
-- invoice that a later link has claimed).
withdrawn as (
    select
        compared.application_id,
        coalesce(compared.falls_on, run_days.as_of) as falls_on
    from compared
    cross join run_days
    where
        compared.falls_on is not null
        or (
            compared.stage = 'instructed'
            and compared.posted_amount > compared.instructed_amount
        )
)

select * from withdrawn
