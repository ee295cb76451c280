with

standing as (
    select * from {{ ref('int_applications_standing') }}
),

withdrawn as (
    select * from {{ ref('int_applications_withdrawn') }}
),

reversals as (
    select
        standing.application_id || '/reversed' as application_id,
        standing.receipt_id,
        standing.bill_id,
        standing.invoice_id,
        standing.product_line,
        -standing.amount as amount,
        greatest(withdrawn.falls_on, standing.applied_on) as applied_on,
        standing.stage,
        standing.grant_id,
        standing.application_id as reverses_id,
        standing.entity_id,
        standing.customer_id,
        standing.bill_customer_id,
        standing.currency,
        standing.split_id,
        standing.money_product_line
    from standing
    inner join withdrawn on standing.application_id = withdrawn.application_id
)

select * from reversals
