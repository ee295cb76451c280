with

named as (
    select * from {{ ref('int_prepayments_designated') }}
),

unnamed as (
    select * from {{ ref('int_prepayments_undesignated') }}
),

-- First those that name a product line, then the others.
designated as (
    select * from named
    union all
    select * from unnamed
)

select
    'designated' as stage,
    receipt_id,
    bill_id,
    cast(null as varchar) as invoice_id,
    split_id,
    cast(amount as {{ money_type() }}) as amount
from designated
