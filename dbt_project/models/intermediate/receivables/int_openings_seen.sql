with

openings as (
    select * from {{ ref('stg_operations__opening_balances') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

grants as (
    select * from {{ ref('stg_operations__credit_grants') }}
),

-- An opening is seen from its as_of on; one from before the books is posted in their first month.
seen as (
    select
        openings.opening_id,
        openings.kind,
        openings.customer_id,
        openings.entity_id,
        openings.contract_line_id,
        openings.product_line,
        openings.document_number,
        openings.document_date,
        openings.due_on,
        openings.currency,
        cast(openings.amount as {{ money_type() }}) as amount,
        openings.as_of,
        greatest(
            {{ month_of('openings.as_of') }},
            coalesce({{ month_of('entities.books_start_on') }}, '')
        ) as economic_month,
        {{ posting_month(month_of('openings.as_of'), 'entities.first_open_month') }}
            as posting_month,
        openings.source_file,
        openings.source_row
    from openings
    inner join customers on openings.customer_id = customers.customer_id
    inner join entities on openings.entity_id = entities.entity_id
    cross join run_days
    where openings.as_of <= run_days.as_of
        -- A credit brought in is a credit like a granted one: above nought, under an id of its own.
        and (
            openings.kind <> 'credit'
            or (openings.amount > 0 and openings.opening_id not in (select grant_id from grants))
        )
)

select * from seen
