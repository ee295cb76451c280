with

items as (
    select * from {{ ref('int_open_items_aged') }}
),

posted as (
    select * from {{ ref('stg_posted__finance_aging') }}
),

-- What is open, by days from the invoice's date, the bill's where none was issued.
summed as (
    select
        as_of, entity_id, customer_id, product_line, currency, functional_currency,
        sum(outstanding) as outstanding,
        sum(case when finance_bucket = 'd0_30' then outstanding else 0 end) as d0_30,
        sum(case when finance_bucket = 'd31_60' then outstanding else 0 end) as d31_60,
        sum(case when finance_bucket = 'd61_90' then outstanding else 0 end) as d61_90,
        sum(case when finance_bucket = 'd91_180' then outstanding else 0 end) as d91_180,
        sum(case when finance_bucket = 'd181_365' then outstanding else 0 end) as d181_365,
        sum(case when finance_bucket = 'd366_up' then outstanding else 0 end) as d366_up,
        sum(unapplied) as unapplied,
        sum(outstanding) + sum(unapplied) as net,
        sum(functional_outstanding) as functional_outstanding,
        sum(case when finance_bucket = 'd0_30' then functional_outstanding else 0 end)
            as functional_d0_30,
        sum(case when finance_bucket = 'd31_60' then functional_outstanding else 0 end)
            as functional_d31_60,
        sum(case when finance_bucket = 'd61_90' then functional_outstanding else 0 end)
            as functional_d61_90,
        sum(case when finance_bucket = 'd91_180' then functional_outstanding else 0 end)
            as functional_d91_180,
        sum(case when finance_bucket = 'd181_365' then functional_outstanding else 0 end)
            as functional_d181_365,
        sum(case when finance_bucket = 'd366_up' then functional_outstanding else 0 end)
            as functional_d366_up,
        sum(functional_unapplied) as functional_unapplied,
        sum(functional_outstanding) + sum(functional_unapplied) as functional_net,
        count(*) - count(rate) as without_rate
    from items
    group by as_of, entity_id, customer_id, product_line, currency, functional_currency
),

-- A sum of which one rate is missing is not known.
computed as (
    select
        as_of, entity_id, customer_id, product_line, currency, functional_currency,
        outstanding, d0_30, d31_60, d61_90, d91_180, d181_365, d366_up, unapplied, net,
        case when without_rate = 0 then functional_outstanding end as functional_outstanding,
        case when without_rate = 0 then functional_d0_30 end as functional_d0_30,
        case when without_rate = 0 then functional_d31_60 end as functional_d31_60,
        case when without_rate = 0 then functional_d61_90 end as functional_d61_90,
        case when without_rate = 0 then functional_d91_180 end as functional_d91_180,
        case when without_rate = 0 then functional_d181_365 end as functional_d181_365,
        case when without_rate = 0 then functional_d366_up end as functional_d366_up,
        case when without_rate = 0 then functional_unapplied end as functional_unapplied,
        case when without_rate = 0 then functional_net end as functional_net
    from summed
    where outstanding <> 0 or unapplied <> 0
),

unioned as (
    select
        as_of, entity_id, customer_id, product_line, currency, functional_currency,
        outstanding, d0_30, d31_60, d61_90, d91_180, d181_365, d366_up, unapplied, net,
        functional_outstanding, functional_d0_30, functional_d31_60, functional_d61_90,
        functional_d91_180, functional_d181_365, functional_d366_up,
        functional_unapplied, functional_net
    from posted
    union all
    select * from computed
)

select
    as_of,
    entity_id,
    customer_id,
    product_line,
    currency,
    functional_currency,
    cast(outstanding as {{ money_type() }}) as outstanding,
    cast(d0_30 as {{ money_type() }}) as d0_30,
    cast(d31_60 as {{ money_type() }}) as d31_60,
    cast(d61_90 as {{ money_type() }}) as d61_90,
    cast(d91_180 as {{ money_type() }}) as d91_180,
    cast(d181_365 as {{ money_type() }}) as d181_365,
    cast(d366_up as {{ money_type() }}) as d366_up,
    cast(unapplied as {{ money_type() }}) as unapplied,
    cast(net as {{ money_type() }}) as net,
    cast(functional_outstanding as {{ money_type() }}) as functional_outstanding,
    cast(functional_d0_30 as {{ money_type() }}) as functional_d0_30,
    cast(functional_d31_60 as {{ money_type() }}) as functional_d31_60,
    cast(functional_d61_90 as {{ money_type() }}) as functional_d61_90,
    cast(functional_d91_180 as {{ money_type() }}) as functional_d91_180,
    cast(functional_d181_365 as {{ money_type() }}) as functional_d181_365,
    cast(functional_d366_up as {{ money_type() }}) as functional_d366_up,
    cast(functional_unapplied as {{ money_type() }}) as functional_unapplied,
    cast(functional_net as {{ money_type() }}) as functional_net
from unioned
