with

known as (
    select * from {{ ref('int_commitment_movements_listed') }}
),

posted as (
    select * from {{ ref('stg_posted__commitment_balances') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

named as (
    select contract_id, customer_id, entity_id, currency, month, 1 as is_known from known
    union all
    select contract_id, customer_id, entity_id, currency, month, 0 as is_known from posted
),

headed as (
    select
        contract_id,
        {{ latest_value('customer_id', ['is_known', 'customer_id']) }} as customer_id,
        {{ latest_value('entity_id', ['is_known', 'entity_id']) }} as entity_id,
        {{ latest_value('currency', ['is_known', 'currency']) }} as currency,
        min(month) as first_month,
        max(month) as last_month
    from named
    group by contract_id
),

opened as (
    select
        headed.*,
        entities.first_open_month,
        entities.as_of_month
    from headed
    inner join entities on headed.entity_id = entities.entity_id
),

ranked as (
    select
        *,
        row_number() over (partition by contract_id order by month) as month_rank
    from posted
),

-- What the first closed month brought forward was granted before it, in a month nobody closed.
booked as (
    select contract_id, month, granted, drawn, expired from posted
    union all
    select ranked.contract_id, opened.first_month, ranked.opening, 0, 0
    from ranked
    inner join opened on ranked.contract_id = opened.contract_id
    where ranked.month_rank = 1 and ranked.opening <> 0
),

moved as (
    select * from booked
    union all
    select
        opened.contract_id, opened.first_open_month,
        -booked.granted, -booked.drawn, -booked.expired
    from booked
    inner join opened on booked.contract_id = opened.contract_id
    union all
    select
        opened.contract_id, {{ posting_month('known.month', 'opened.first_open_month') }},
        known.granted, known.drawn, known.expired
    from known
    inner join opened on known.contract_id = opened.contract_id
)

select
    opened.contract_id, opened.customer_id, opened.entity_id, opened.currency,
    opened.last_month, moved.month,
    sum(moved.granted) as granted, sum(moved.drawn) as drawn, sum(moved.expired) as expired
from moved
inner join opened on moved.contract_id = opened.contract_id
where moved.month <= opened.as_of_month
group by
    opened.contract_id, opened.customer_id, opened.entity_id, opened.currency,
    opened.last_month, moved.month
