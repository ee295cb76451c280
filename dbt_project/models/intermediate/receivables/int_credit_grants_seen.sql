with

grants as (
    select * from {{ ref('stg_operations__credit_grants') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- Credits granted before the books move nothing: opening credits stand for them.
granted as (
    select
        grants.grant_id, grants.kind, grants.customer_id, customers.entity_id, grants.product_line,
        grants.currency,
        {{ credit_value('grants') }} as amount,
        grants.granted_on,
        grants.expires_on,
        {{ month_of('grants.granted_on') }} as economic_month,
        false as is_opening,
        grants.source_file,
        grants.source_row
    from grants
    inner join customers on grants.customer_id = customers.customer_id
    inner join entities on customers.entity_id = entities.entity_id
    inner join currencies on grants.currency = currencies.currency
    cross join run_days
    where
        grants.granted_on <= run_days.as_of
        and {{ credit_is_above_zero('grants', 'currencies.minor_units') }}
        and grants.granted_on >= coalesce(entities.books_start_on, grants.granted_on)
),

-- An opening credit names no kind and no end: it settles bills as credit on account does.
brought_in as (
    select
        opening_id as grant_id, 'on_account' as kind, customer_id, entity_id, product_line,
        currency,
        cast(amount as {{ priced_type() }}) as amount,
        document_date as granted_on,
        cast(null as date) as expires_on,
        economic_month,
        true as is_opening,
        source_file,
        source_row
    from openings
    where kind = 'credit'
),

seen as (
    select * from granted
    union all
    select * from brought_in
),

valued as (
    select
        {{ all_but(['amount'], 'seen') }}, currencies.minor_units,
        {{ round_money('seen.amount', 'currencies.minor_units') }} as amount
    from seen inner join currencies on seen.currency = currencies.currency
),

-- Soonest to expire first, then the oldest.
ordered as (
    select
        *,
        row_number() over (
            partition by customer_id, currency, kind = 'goodwill'
            order by expires_on nulls last, granted_on, grant_id
        ) as grant_no
    from valued
    where amount > 0
)

select * from ordered
