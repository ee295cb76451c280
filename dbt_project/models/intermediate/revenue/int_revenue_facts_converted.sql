{{ config(materialized='view') }}
with

facts as (
    select * from {{ ref('int_revenue_facts_dated') }}
),

rates as (
    select * from {{ ref('int_spot_rates_resolved') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

-- What is in the functional currency needs no rate, and so no sum of its day …
at_home as (
    select
        entity_id, contract_id, product_id, currency, functional_currency, month,
        sum(recognised) as recognised,
        sum(billed) as billed,
        sum(tax) as tax,
        sum(invoiced) as invoiced,
        sum(received) as received,
        sum(recognised) as functional_recognised,
        sum(billed) as functional_billed,
        sum(tax) as functional_tax,
        sum(invoiced) as functional_invoiced,
        sum(received) as functional_received
    from facts
    where currency = functional_currency
    group by entity_id, contract_id, product_id, currency, functional_currency, month
),

days_summed as (
    select
        entity_id, contract_id, product_id, currency, functional_currency, month, dated_on,
        sum(recognised) as recognised,
        sum(billed) as billed,
        sum(tax) as tax,
        sum(invoiced) as invoiced,
        sum(received) as received
    from facts
    where currency <> functional_currency
    group by
        entity_id, contract_id, product_id, currency, functional_currency, month, dated_on
),

-- … the rest is translated at the spot rate of the fact's day; where none is known the functional
-- amount is unknown and not nought.
translated as (
    select
        days_summed.*,
        case when days_summed.recognised = 0 then 0 else {{ at_rate(
            'days_summed.recognised', 'rates.rate', 'currencies.minor_units'
        ) }} end as functional_recognised,
        case when days_summed.billed = 0 then 0 else {{ at_rate(
            'days_summed.billed', 'rates.rate', 'currencies.minor_units'
        ) }} end as functional_billed,
        case when days_summed.tax = 0 then 0 else {{ at_rate(
            'days_summed.tax', 'rates.rate', 'currencies.minor_units'
        ) }} end as functional_tax,
        case when days_summed.invoiced = 0 then 0 else {{ at_rate(
            'days_summed.invoiced', 'rates.rate', 'currencies.minor_units'
        ) }} end as functional_invoiced,
        case when days_summed.received = 0 then 0 else {{ at_rate(
            'days_summed.received', 'rates.rate', 'currencies.minor_units'
        ) }} end as functional_received
    from days_summed
    left join currencies on days_summed.functional_currency = currencies.currency
    left join rates
        on
            days_summed.entity_id = rates.entity_id
            and days_summed.currency = rates.from_currency
            and days_summed.functional_currency = rates.to_currency
            and days_summed.dated_on = rates.rate_on
),

abroad as (
    select
        entity_id, contract_id, product_id, currency, functional_currency, month,
        sum(recognised) as recognised,
        sum(billed) as billed,
        sum(tax) as tax,
        sum(invoiced) as invoiced,
        sum(received) as received,
        sum(functional_recognised) as functional_recognised,
        sum(functional_billed) as functional_billed,
        sum(functional_tax) as functional_tax,
        sum(functional_invoiced) as functional_invoiced,
        sum(functional_received) as functional_received
    from translated
    group by entity_id, contract_id, product_id, currency, functional_currency, month
)

select * from at_home
union all
select * from abroad
