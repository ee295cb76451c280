with

applications as (
    select * from {{ ref('int_applications_known') }}
),

credits as (
    select * from {{ ref('int_credits_available') }}
),

netted as (
    select
        grant_id,
        bill_id,
        sum(amount) as amount
    from applications
    where grant_id is not null
    group by grant_id, bill_id
)

select
    netted.grant_id,
    netted.bill_id,
    netted.amount,
    credits.is_credit_note,
    credits.granted_on
from netted
inner join credits on netted.grant_id = credits.grant_id
where netted.amount > 0
