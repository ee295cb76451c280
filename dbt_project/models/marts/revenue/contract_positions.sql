with

billed as (
    select * from {{ ref('int_contracts_billed') }}
),

recognised as (
    select * from {{ ref('recognition_transactions') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

facts as (
    select
        contract_id, entity_id, currency, month,
        net_amount as billed,
        0 as recognised
    from billed
    union all
    select
        contract_id,
        entity_id,
        currency,
        posting_month as month,
        0 as billed,
        amount as recognised
    from recognised
),

spans as (
    select
        facts.contract_id,
        facts.entity_id,
        facts.currency,
        min(facts.month) as first_month,
        entities.as_of_month
    from facts
    inner join entities on facts.entity_id = entities.entity_id
    group by facts.contract_id, facts.entity_id, facts.currency, entities.as_of_month
),

-- The calendar cut to what can match: a join by range costs its length for every contract.
elapsed as (
    select month from months
    where month between
        (select min(first_month) from spans) and (select max(as_of_month) from spans)
),

-- A position stands in every month from the contract's first fact on, moved or not.
movements as (
    select
        spans.contract_id,
        spans.entity_id,
        spans.currency,
        elapsed.month,
        coalesce(sum(facts.billed), 0) as billed,
        coalesce(sum(facts.recognised), 0) as recognised
    from spans
    inner join elapsed on elapsed.month between spans.first_month and spans.as_of_month
    left join facts
        on
            spans.contract_id = facts.contract_id
            and spans.entity_id = facts.entity_id
            and spans.currency = facts.currency
            and elapsed.month = facts.month
    group by spans.contract_id, spans.entity_id, spans.currency, elapsed.month
),

to_date as (
    select
        *,
        sum(billed) over (
            partition by contract_id, entity_id, currency
            order by month
        ) as billed_to_date,
        sum(recognised) over (
            partition by contract_id, entity_id, currency
            order by month
        ) as recognised_to_date
    from movements
)

-- Netted per contract, never across contracts (IFRS 15.105): one of the two sides is always nought.
select
    contract_id,
    month,
    currency,
    cast(billed_to_date as decimal(20, 4)) as billed_to_date,
    cast(recognised_to_date as decimal(20, 4)) as recognised_to_date,
    cast(greatest(recognised_to_date - billed_to_date, 0) as decimal(20, 4)) as contract_asset,
    cast(greatest(billed_to_date - recognised_to_date, 0) as decimal(20, 4)) as contract_liability,
    entity_id
from to_date
