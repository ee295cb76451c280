with

legs as (
    select * from {{ ref('int_journal_legs_listed') }}
),

-- One rate for each entity, pair of currencies and day that a document of the ledger is dated.
needed as (
    select
        entity_id,
        currency as from_currency,
        functional_currency as to_currency,
        document_on as rate_on,
        count(*) as legs
    from legs
    group by entity_id, currency, functional_currency, document_on
)

select * from needed
