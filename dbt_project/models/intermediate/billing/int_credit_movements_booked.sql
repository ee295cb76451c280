with

known as (
    select * from {{ ref('int_credit_movements_listed') }}
),

posted as (
    select * from {{ ref('stg_posted__credit_balances') }}
),

grants as (
    select * from {{ ref('int_credit_grants_seen') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

named as (
    select
        grant_id, customer_id, entity_id, kind, currency, economic_month, 1 as is_known
    from grants
    union all
    select
        grant_id, customer_id, entity_id, kind, currency, month as economic_month, 0 as is_known
    from posted
),

headed as (
    select
        grant_id,
        {{ latest_value('customer_id', ['is_known', 'customer_id']) }} as customer_id,
        {{ latest_value('entity_id', ['is_known', 'entity_id']) }} as entity_id,
        {{ latest_value('kind', ['is_known', 'kind']) }} as kind,
        {{ latest_value('currency', ['is_known', 'currency']) }} as currency,
        min(economic_month) as economic_month
    from named
    group by grant_id
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
        row_number() over (partition by grant_id order by month) as month_rank
    from posted
),

-- What the first closed month brought forward was granted before it, in a month nobody closed.
booked as (
    select grant_id, month, granted, drawn, expired from posted
    union all
    select ranked.grant_id, opened.economic_month, ranked.opening, 0, 0
    from ranked
    inner join opened on ranked.grant_id = opened.grant_id
    where ranked.month_rank = 1 and ranked.opening <> 0
),

moved as (
    select * from booked
    union all
    select
        opened.grant_id, opened.first_open_month, -booked.granted, -booked.drawn, -booked.expired
    from booked
    inner join opened on booked.grant_id = opened.grant_id
    union all
    select
        opened.grant_id, {{ posting_month('known.month', 'opened.first_open_month') }},
        known.granted, known.drawn, known.expired
    from known
    inner join opened on known.grant_id = opened.grant_id
)

select
    opened.grant_id, opened.customer_id, opened.entity_id, opened.kind, opened.currency,
    opened.as_of_month, moved.month, moved.granted, moved.drawn, moved.expired
from moved
inner join opened on moved.grant_id = opened.grant_id
where moved.month <= opened.as_of_month
