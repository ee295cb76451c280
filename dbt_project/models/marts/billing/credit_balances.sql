with

moved as (
    select * from {{ ref('int_credit_movements_booked') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

spans as (
    select
        grant_id,
        customer_id,
        entity_id,
        kind,
        currency,
        as_of_month,
        min(month) as first_month
    from moved
    group by grant_id, customer_id, entity_id, kind, currency, as_of_month
),

monthly as (
    select
        spans.grant_id,
        spans.customer_id,
        spans.entity_id,
        spans.kind,
        spans.currency,
        months.month,
        coalesce(sum(moved.granted), 0) as granted,
        coalesce(sum(moved.drawn), 0) as drawn,
        coalesce(sum(moved.expired), 0) as expired
    from spans
    inner join months on months.month between spans.first_month and spans.as_of_month
    left join moved on spans.grant_id = moved.grant_id and months.month = moved.month
    group by
        spans.grant_id, spans.customer_id, spans.entity_id, spans.kind, spans.currency,
        months.month
),

-- A balance stands in every month from the grant on, moved or not.
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
