with

invoices as (
    select * from {{ ref('stg_operations__invoices') }}
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

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- Invoices from before the books draw nothing: opening balances stand for them.
-- A red letter is no invoice of its own.
issued as (
    select
        invoices.invoice_id,
        invoices.invoice_number,
        invoices.customer_id,
        invoices.entity_id,
        invoices.kind,
        invoices.currency,
        invoices.product_line,
        invoices.issued_on,
        invoices.due_on,
        coalesce(invoices.voided_on <= run_days.as_of, false) as is_voided,
        false as is_opening,
        invoices.source_file,
        invoices.source_row
    from invoices
    cross join run_days
    inner join entities on invoices.entity_id = entities.entity_id
    where
        invoices.issued_on <= run_days.as_of
        and invoices.original_invoice_id is null
        and (entities.books_start_on is null or invoices.issued_on >= entities.books_start_on)
),

-- An opening invoice is one in advance.
opened as (
    select
        opening_id as invoice_id,
        coalesce(document_number, opening_id) as invoice_number,
        customer_id,
        entity_id,
        'advance' as kind,
        currency,
        product_line,
        document_date as issued_on,
        due_on,
        false as is_voided,
        true as is_opening,
        source_file,
        source_row
    from openings
    where kind = 'invoice'
),

drawn as (
    select * from issued
    union all
    select * from opened
),

with_family as (
    select
        drawn.*,
        customers.parent_customer_id,
        customers.customer_id is not null as is_customer_known
    from drawn
    left join customers on drawn.customer_id = customers.customer_id
)

select * from with_family
