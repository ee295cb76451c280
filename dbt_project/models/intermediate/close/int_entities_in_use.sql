with

entities as (
    select * from {{ ref('int_entities_opened') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

bank_accounts as (
    select * from {{ ref('stg_operations__company_bank_accounts') }}
),

invoices as (
    select * from {{ ref('stg_operations__invoices') }}
),

openings as (
    select * from {{ ref('stg_operations__opening_balances') }}
),

usage as (
    select * from {{ ref('int_usage_days_listed') }}
),

journal_totals as (
    select * from {{ ref('int_journal_lines_summed') }}
),

-- A customer or a bank account makes an entity one that closes; it takes a document to give it a
-- first month.
named as (
    select entity_id, cast(null as date) as fact_on from customers
    union all
    select entity_id, starts_on from contracts
    union all
    select entity_id, cast(null as date) from bank_accounts
    union all
    select entity_id, issued_on from invoices
    union all
    select entity_id, as_of from openings
    union all
    select entity_id, used_on from usage
    union all
    select entity_id, {{ month_start('month') }} from journal_totals
),

in_use as (
    select
        entity_id,
        min(fact_on) as first_fact_on
    from named
    group by entity_id
),

-- Facts from before the books open no month: opening balances stand for them.
opened as (
    select
        entities.entity_id,
        entities.functional_currency,
        entities.latest_closed_month,
        entities.first_open_month,
        entities.as_of_month,
        in_use.first_fact_on,
        least(
            coalesce(
                {{ month_of('entities.books_start_on') }},
                {{ month_of('in_use.first_fact_on') }},
                entities.as_of_month
            ),
            entities.as_of_month
        ) as first_month
    from entities
    inner join in_use on entities.entity_id = in_use.entity_id
)

select * from opened
