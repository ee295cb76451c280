with

facts as (
    select * from {{ ref('int_revenue_facts_converted') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

by_month as (
    select
        entity_id, contract_id, product_id, currency, functional_currency, month,
        sum(case when figure = 'recognised' then amount else 0 end) as recognised,
        sum(case when figure = 'billed' then amount else 0 end) as billed,
        sum(case when figure = 'invoiced' then amount else 0 end) as invoiced,
        sum(case when figure = 'received' then amount else 0 end) as received,
        sum(case when figure = 'tax' then amount else 0 end) as tax,
        sum(case when figure = 'recognised' then functional_amount else 0 end)
            as functional_recognised,
        sum(case when figure = 'billed' then functional_amount else 0 end) as functional_billed,
        sum(case when figure = 'invoiced' then functional_amount else 0 end) as functional_invoiced,
        sum(case when figure = 'received' then functional_amount else 0 end) as functional_received,
        sum(case when figure = 'tax' then functional_amount else 0 end) as functional_tax
    from facts
    group by entity_id, contract_id, product_id, currency, functional_currency, month
),

spans as (
    select
        by_month.entity_id, by_month.contract_id, by_month.product_id, by_month.currency,
        by_month.functional_currency,
        min(by_month.month) as first_month,
        entities.as_of_month
    from by_month
    inner join entities on by_month.entity_id = entities.entity_id
    group by
        by_month.entity_id, by_month.contract_id, by_month.product_id, by_month.currency,
        by_month.functional_currency, entities.as_of_month
),

-- The calendar cut to what can match: a join by range costs its length for every product.
elapsed as (
    select month from months
    where month between
        (select min(first_month) from spans) and (select max(as_of_month) from spans)
),

listed as (
    select
        spans.entity_id, spans.contract_id, spans.product_id, spans.currency,
        spans.functional_currency, elapsed.month,
        coalesce(by_month.recognised, 0) as recognised,
        coalesce(by_month.billed, 0) as billed,
        coalesce(by_month.invoiced, 0) as invoiced,
        coalesce(by_month.received, 0) as received,
        coalesce(by_month.tax, 0) as tax,
        case when by_month.month is null then 0 else by_month.functional_recognised end
            as functional_recognised,
        case when by_month.month is null then 0 else by_month.functional_billed end
            as functional_billed,
        case when by_month.month is null then 0 else by_month.functional_invoiced end
            as functional_invoiced,
        case when by_month.month is null then 0 else by_month.functional_received end
            as functional_received,
        case when by_month.month is null then 0 else by_month.functional_tax end as functional_tax
    from spans
    inner join elapsed on elapsed.month between spans.first_month and spans.as_of_month
    left join by_month
        on spans.entity_id = by_month.entity_id and spans.contract_id = by_month.contract_id
            and spans.product_id = by_month.product_id and spans.currency = by_month.currency
            and elapsed.month = by_month.month
),

accumulated as (
    select
        *,
        sum(billed - recognised) over so_far as position,
        sum(functional_billed - functional_recognised) over so_far as functional_position
    from listed
    window so_far as (
        partition by entity_id, contract_id, product_id, currency order by month
    )
),

-- Netted per contract: its products share the side on which the contract as a whole stands.
netted as (
    select
        *,
        sum(position) over (
            partition by entity_id, contract_id, currency, month
        ) as contract_position
    from accumulated
)

select * from netted
