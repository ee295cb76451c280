{{ config(materialized='view') }}
with

lines as (
    select * from {{ ref('bill_lines') }}
),

posted as (
    select * from {{ ref('stg_posted__bills') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

totals as (
    select
        bill_id,
        any_value(contract_id) as contract_id,
        any_value(customer_id) as customer_id,
        any_value(entity_id) as entity_id,
        any_value(product_line) as product_line,
        any_value(currency) as currency,
        min(posting_month) as posting_month,
        bool_or(coalesce(adjusts_line_kind, line_kind) = 'opening') as is_opening,
        cast(sum(net_amount) as {{ money_type() }}) as net_amount,
        cast(sum(tax_amount) as {{ money_type() }}) as tax_amount,
        cast(sum(gross_amount) as {{ money_type() }}) as gross_amount
    from lines
    group by bill_id
),

-- Once posted, a bill's header stands as it was closed; before, it is what is known today.
headed as (
    select
        totals.bill_id,
        coalesce(
            posted.bill_number,
            openings.document_number,
            case
                when totals.is_opening then totals.bill_id
                else 'B' || replace(totals.posting_month, '-', '')
                    || '-' || {{ digest('totals.bill_id', 12) }}
            end
        ) as bill_number,
        totals.contract_id,
        coalesce(posted.customer_id, totals.customer_id) as customer_id,
        coalesce(posted.entity_id, totals.entity_id) as entity_id,
        totals.product_line,
        coalesce(posted.currency, totals.currency) as currency,
        coalesce(
            posted.billing_month, {{ month_of('openings.document_date') }}, totals.posting_month
        ) as billing_month,
        totals.posting_month,
        coalesce(posted.billed_on, openings.document_date, {{ month_end('totals.posting_month') }})
            as billed_on,
        case
            when posted.bill_id is not null then posted.due_on
            when openings.opening_id is not null then openings.due_on
            else {{ add_days(month_end('totals.posting_month'), 'customers.payment_terms_days') }}
        end as due_on,
        totals.net_amount,
        totals.tax_amount,
        totals.gross_amount,
        totals.is_opening,
        coalesce(posted.source_file, openings.source_file, contracts.source_file) as source_file,
        coalesce(posted.source_row, openings.source_row, contracts.source_row) as source_row
    from totals
    left join posted on totals.bill_id = posted.bill_id
    left join openings on totals.bill_id = openings.opening_id
    left join customers on totals.customer_id = customers.customer_id
    left join contracts on totals.contract_id = contracts.contract_id
)

select * from headed
