with

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

grants as (
    select * from {{ ref('stg_operations__credit_grants') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

invoices as (
    select * from {{ ref('stg_operations__invoices') }}
),

lines_unheld as (
    select * from {{ ref('stg_operations__invoice_lines_unheld') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

unknown_credits as (
    select
        case
            when customers.customer_id is null or currencies.currency is null
                then 'unknown_reference'
            else 'credit_not_above_zero'
        end as kind,
        'credit_grants' as object, grants.grant_id as key,
        customers.entity_id, grants.granted_on as dated_on, grants.currency,
        cast(grants.amount as {{ money_type() }}) as amount,
        case
            when customers.customer_id is null then 'no customer ' || grants.customer_id
            when currencies.currency is null then 'no currency ' || grants.currency
            else 'nothing above zero is granted'
        end as reason,
        'deliver what it names, or send the grant mended' as remedy,
        grants.source_file, grants.source_row
    from grants
    cross join run_days
    left join customers on grants.customer_id = customers.customer_id
    left join currencies on grants.currency = currencies.currency
    where
        grants.granted_on <= run_days.as_of
        and (
            customers.customer_id is null or currencies.currency is null
            or not coalesce({{ credit_is_above_zero('grants', 'currencies.minor_units') }}, false)
        )
),

invoices_without_entity as (
    select
        'unknown_reference' as kind, 'invoices' as object, invoices.invoice_id as key,
        cast(null as varchar) as entity_id, invoices.issued_on as dated_on, invoices.currency,
        cast(null as {{ money_type() }}) as amount,
        'no entity ' || invoices.entity_id as reason,
        'send the invoice mended' as remedy,
        invoices.source_file, invoices.source_row
    from invoices
    cross join run_days
    left join entities on invoices.entity_id = entities.entity_id
    where invoices.issued_on <= run_days.as_of and entities.entity_id is null
),

lost_lines as (
    select
        case when is_invoice_known then 'invoice_line_of_no_version' else 'unknown_reference' end
            as kind,
        'invoice_lines' as object,
        lines_unheld.invoice_id || '/' || cast(lines_unheld.line_no as varchar) as key,
        invoices.entity_id, invoices.issued_on as dated_on, invoices.currency,
        cast(null as {{ money_type() }}) as amount,
        case
            when is_invoice_known then 'no version of the invoice has the line''s updated_at'
            else 'no invoice ' || lines_unheld.invoice_id
        end as reason,
        'deliver the invoice of the same updated_at, or the line without updated_at' as remedy,
        lines_unheld.source_file, lines_unheld.source_row
    from lines_unheld
    left join invoices on lines_unheld.invoice_id = invoices.invoice_id
),

found as (
    select * from unknown_credits
    union all
    select * from invoices_without_entity
    union all
    select * from lost_lines
)

select * from found
