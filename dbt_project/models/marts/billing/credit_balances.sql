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

months as (
    select * from {{ ref('int_months_listed') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

named as (
    select grant_id, customer_id, entity_id, kind, currency, 1 as is_known from grants
    union all
    select grant_id, customer_id, entity_id, kind, currency, 0 as is_known from posted
),

headed as (
    select grant_id,
        {{ latest_value('customer_id', ['is_known', 'customer_id']) }} as customer_id,
        {{ latest_value('entity_id', ['is_known', 'entity_id']) }} as entity_id,
        {{ latest_value('kind', ['is_known', 'kind']) }} as kind,
        {{ latest_value('currency', ['is_known', 'currency']) }} as currency
    from named
    group by grant_id
),

opened as (
    select headed.*, entities.first_open_month, entities.as_of_month
    from headed inner join entities on headed.entity_id = entities.entity_id
),

-- Closed months as posted; what is known now less what is posted stands in the first open one.
moved as (
    select grant_id, month, granted, drawn, expired from posted
    union all
    select
        opened.grant_id, opened.first_open_month, -posted.granted, -posted.drawn, -posted.expired
    from posted
    inner join opened on posted.grant_id = opened.grant_id
    union all
    select
        opened.grant_id, {{ posting_month('known.month', 'opened.first_open_month') }},
        known.granted, known.drawn, known.expired
    from known
    inner join opened on known.grant_id = opened.grant_id
),

spans as (
    select opened.*, min(moved.month) as first_month
    from opened
    inner join moved on opened.grant_id = moved.grant_id and moved.month <= opened.as_of_month
    group by all
),

monthly as (
    select
        spans.grant_id, spans.customer_id, spans.entity_id, spans.kind, spans.currency,
        months.month,
        coalesce(sum(moved.granted), 0) as granted,
        coalesce(sum(moved.drawn), 0) as drawn,
        coalesce(sum(moved.expired), 0) as expired
    from spans
    inner join months on months.month between spans.first_month and spans.as_of_month
    left join moved on spans.grant_id = moved.grant_id and months.month = moved.month
    group by all
),

running as (
    select
        *,
        sum(granted - drawn - expired) over (partition by grant_id order by month) as closing
    from monthly
)

select
    grant_id,
    month,
    kind,
    currency,
    cast(closing - granted + drawn + expired as {{ money_type() }}) as opening,
    cast(granted as {{ money_type() }}) as granted,
    cast(drawn as {{ money_type() }}) as drawn,
    cast(expired as {{ money_type() }}) as expired,
    cast(closing as {{ money_type() }}) as closing,
    customer_id,
    entity_id
from running
