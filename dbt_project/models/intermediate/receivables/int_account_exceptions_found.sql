with

adjustments as (
    select * from {{ ref('int_adjustments_judged') }}
),

openings as (
    select * from {{ ref('stg_operations__opening_balances') }}
),

confirmations as (
    select * from {{ ref('stg_operations__bill_confirmations') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

grants as (
    select * from {{ ref('stg_operations__credit_grants') }}
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

refused_adjustments as (
    select
        case when reason like 'unknown%' then 'unknown_reference' else 'refused_adjustment' end
            as kind,
        'account_adjustments' as object,
        adjustment_id as key,
        entity_id,
        dated_on,
        currency,
        amount,
        reason || coalesce(': bill ' || bill_id, '') as reason,
        'send the adjustment mended, or is_deleted = true' as remedy,
        source_file,
        source_row
    from adjustments
    where reason is not null and reason <> 'waiting'
),

unknown_openings as (
    select
        'unknown_reference' as kind,
        'opening_balances' as object,
        openings.opening_id as key,
        openings.entity_id,
        openings.as_of as dated_on,
        openings.currency,
        cast(openings.amount as {{ money_type() }}) as amount,
        case
            when customers.customer_id is null then 'no customer ' || openings.customer_id
            else 'no entity ' || openings.entity_id
        end as reason,
        'deliver what it names, or send the opening balance mended' as remedy,
        openings.source_file,
        openings.source_row
    from openings
    cross join run_days
    left join customers on openings.customer_id = customers.customer_id
    left join entities on openings.entity_id = entities.entity_id
    where
        openings.as_of <= run_days.as_of
        and (customers.customer_id is null or entities.entity_id is null)
),

-- The latest decision of a bill speaks for all of them.
decisions as (
    select
        confirmations.*,
        {{ local_date('confirmations.decided_at', "'UTC'") }} as decided_on,
        row_number() over (
            partition by confirmations.bill_id
            order by confirmations.decided_at desc
        ) as decision_rank
    from confirmations
    left join bills on confirmations.bill_id = bills.bill_id
    where bills.bill_id is null
),

unknown_bills as (
    select
        'unknown_reference' as kind,
        'bill_confirmations' as object,
        decisions.bill_id as key,
        cast(null as varchar) as entity_id,
        decisions.decided_on as dated_on,
        cast(null as varchar) as currency,
        cast(decisions.gross_amount as {{ money_type() }}) as amount,
        'no bill ' || decisions.bill_id as reason,
        'take the decision back (is_deleted = true) or deliver what makes the bill' as remedy,
        decisions.source_file,
        decisions.source_row
    from decisions
    cross join run_days
    where decisions.decision_rank = 1 and decisions.decided_on <= run_days.known_on
),

-- Credits are not carried out yet: said, never swallowed.
credits as (
    select grants.grant_id, customers.entity_id, grants.granted_on as dated_on, grants.currency,
        grants.amount, 'credit_grants' as object, grants.source_file, grants.source_row
    from grants
    left join customers on grants.customer_id = customers.customer_id
    union all
    select opening_id, entity_id, as_of, currency, amount, 'opening_balances' as object,
        source_file, source_row
    from openings
    where kind = 'credit'
),

unhandled_credits as (
    select
        'credit_not_handled' as kind,
        credits.object,
        credits.grant_id as key,
        credits.entity_id,
        credits.dated_on,
        credits.currency,
        cast(credits.amount as {{ money_type() }}) as amount,
        'credits lower no bill and settle none yet' as reason,
        'waive it and adjust the account by hand' as remedy,
        credits.source_file,
        credits.source_row
    from credits
    cross join run_days
    where credits.dated_on <= run_days.as_of
),

invoices_without_entity as (
    select
        'unknown_reference' as kind,
        'invoices' as object,
        invoices.invoice_id as key,
        cast(null as varchar) as entity_id,
        invoices.issued_on as dated_on,
        invoices.currency,
        cast(null as {{ money_type() }}) as amount,
        'no entity ' || invoices.entity_id as reason,
        'send the invoice mended' as remedy,
        invoices.source_file,
        invoices.source_row
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
        invoices.entity_id,
        invoices.issued_on as dated_on,
        invoices.currency,
        cast(null as {{ money_type() }}) as amount,
        case
            when is_invoice_known then 'no version of the invoice has the line''s updated_at'
            else 'no invoice ' || lines_unheld.invoice_id
        end as reason,
        'deliver the invoice of the same updated_at, or the line without updated_at' as remedy,
        lines_unheld.source_file,
        lines_unheld.source_row
    from lines_unheld
    left join invoices on lines_unheld.invoice_id = invoices.invoice_id
),

found as (
    select * from refused_adjustments
    union all
    select * from unknown_openings
    union all
    select * from unknown_bills
    union all
    select * from unhandled_credits
    union all
    select * from invoices_without_entity
    union all
    select * from lost_lines
)

select * from found
