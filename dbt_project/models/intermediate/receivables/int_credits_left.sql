with

credits as (
    select * from {{ ref('int_credits_available') }}
),

standing as (
    select * from {{ ref('int_applications_standing') }}
),

posted as (
    select
        grant_id,
        sum(amount) as amount
    from standing
    where falls_on is null and grant_id is not null
    group by grant_id
),

left_over as (
    select
        {{ all_but(['amount'], 'credits') }},
        cast(credits.amount - coalesce(posted.amount, 0) as {{ money_type() }}) as left_amount
    from credits
    left join posted on credits.grant_id = posted.grant_id
)

select
    *,
    row_number() over (partition by customer_id, currency order by credit_no) as left_no
from left_over
where left_amount > 0
