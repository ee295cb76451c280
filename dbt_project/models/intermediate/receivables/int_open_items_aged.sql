with

items as (
    select * from {{ ref('int_open_items_listed') }}
),

entities as (
    select * from {{ ref('int_entities_reported') }}
),

rates as (
    select * from {{ ref('int_spot_rates_resolved') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

buckets as (
    select * from {{ ref('aging_buckets') }}
),

-- Functional amounts at the spot rate of the document's own date; none known, none said.
converted as (
    select
        items.*,
        entities.as_of,
        entities.functional_currency,
        currencies.minor_units,
        case
            when items.currency = entities.functional_currency
                then cast(1 as decimal(20, 12))
            else rates.rate
        end as rate,
        {{ days_between('items.billed_on', 'entities.as_of') }} as days_billed,
        {{ days_between('items.invoiced_on', 'entities.as_of') }} as days_invoiced
    from items
    inner join entities on items.entity_id = entities.entity_id
    left join currencies on entities.functional_currency = currencies.currency
    left join rates
        on items.entity_id = rates.entity_id
            and items.currency = rates.from_currency
            and items.billed_on = rates.rate_on
            and entities.functional_currency = rates.to_currency
),

bucketed as (
    select
        converted.*,
        billed.bucket as customer_bucket,
        invoiced.bucket as finance_bucket,
        {{ round_money('converted.outstanding * converted.rate', 'converted.minor_units') }}
            as functional_outstanding,
        {{ round_money('converted.unapplied * converted.rate', 'converted.minor_units') }}
            as functional_unapplied
    from converted
    inner join buckets as billed
        on billed.basis = 'age'
            and converted.days_billed >= coalesce(billed.from_day, converted.days_billed)
            and converted.days_billed <= coalesce(billed.to_day, converted.days_billed)
    inner join buckets as invoiced
        on invoiced.basis = 'age'
            and converted.days_invoiced >= coalesce(invoiced.from_day, converted.days_invoiced)
            and converted.days_invoiced <= coalesce(invoiced.to_day, converted.days_invoiced)
)

select * from bucketed
