with

designated as (
    select * from {{ ref('int_credits_designated') }}
),

credits as (
    select * from {{ ref('int_credits_available') }}
),

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

posted as (
    select * from {{ ref('stg_posted__receipt_applications') }}
),

-- The same pair may be applied again after a close: the count of what is posted tells them apart.
posted_counts as (
    select
        grant_id, bill_id,
        count(*) as times
    from posted
    where reverses_id is null and grant_id is not null
    group by grant_id, bill_id
),

dated as (
    select
        md5(concat_ws(
            '|', 'credit', designated.grant_id, designated.bill_id,
            cast(coalesce(posted_counts.times, 0) as varchar)
        )) as application_id,
        cast(null as varchar) as receipt_id,
        designated.bill_id,
        cast(null as varchar) as invoice_id,
        bills.product_line,
        designated.amount,
        greatest(credits.granted_on, bills.billed_on) as applied_on,
        'designated' as stage,
        designated.grant_id,
        cast(null as varchar) as reverses_id,
        bills.entity_id,
        bills.customer_id,
        bills.customer_id as bill_customer_id,
        bills.currency,
        cast(null as varchar) as split_id,
        credits.product_line as money_product_line
    from designated
    inner join credits on designated.grant_id = credits.grant_id
    inner join bills on designated.bill_id = bills.bill_id
    left join posted_counts
        on designated.grant_id = posted_counts.grant_id
            and designated.bill_id = posted_counts.bill_id
)

select * from dated
