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

entities as (
    select * from {{ ref('int_entities_opened') }}
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

-- Once posted, a bill's header stands as it was closed; before, it is what the master data say today.
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
        coalesce(posted.billing_month, {{ month_of('openings.document_date') }}, totals.posting_month)
            as billing_month,
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
),

decided as (
    select
        headed.*,
        decisions.decision,
        decisions.decided_on,
        decisions.agreed_amount,
        customers.auto_confirm_days,
        entities.latest_closed_month,
        days.as_of,
        days.known_on,
        {{ add_days('headed.billed_on', 'customers.auto_confirm_days') }} as auto_confirmed_on
    from headed
    inner join entities on headed.entity_id = entities.entity_id
    left join customers on headed.customer_id = customers.customer_id
    left join {{ ref('int_bills_decided') }} as decisions on headed.bill_id = decisions.bill_id
    cross join {{ ref('stg_run__days') }} as days
),

-- The bill of a month that is not over is a draft in progress; a confirmation of another amount is outdated.
judged as (
    select
        *,
        case
            when not is_opening and {{ month_end('billing_month') }} > as_of then 'draft'
            when decision = 'disputed' then 'disputed'
            when decision = 'confirmed' and coalesce(agreed_amount, gross_amount) <> gross_amount then 'draft'
            when decision = 'confirmed' or is_opening or auto_confirmed_on <= known_on then 'confirmed'
            else 'draft'
        end as status,
        decision = 'confirmed' and coalesce(agreed_amount, gross_amount) <> gross_amount
            as is_confirmation_outdated
    from decided
),

totalled as (
    select
        bill_id,
        bill_number,
        contract_id,
        customer_id,
        entity_id,
        product_line,
        currency,
        billing_month,
        posting_month,
        billed_on,
        due_on,
        net_amount,
        tax_amount,
        gross_amount,
        status,
        case
            when status <> 'confirmed' then null
            when decision = 'confirmed' then decided_on
            when is_opening then billed_on
            else auto_confirmed_on
        end as confirmed_on,
        agreed_amount,
        decided_on,
        coalesce(is_confirmation_outdated, false) as is_confirmation_outdated,
        is_opening,
        coalesce(posting_month <= latest_closed_month, false) as is_posted,
        source_file,
        source_row
    from judged
)

select * from totalled
