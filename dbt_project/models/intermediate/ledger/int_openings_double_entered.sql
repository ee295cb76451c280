with

openings as (
    select * from {{ ref('int_openings_seen') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

contract_lines as (
    select * from {{ ref('stg_crm__contract_lines') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

opened_contracts as (
    select
        contract_line_id,
        min(contract_id) as contract_id
    from contract_lines
    group by contract_line_id
),

-- An opening from before the books is one of their first day. An opening bill is confirmed unless
-- decided otherwise; an opening invoice is a promise about bills to come and no figure of the
-- ledger.
opened as (
    select
        openings.*,
        opened_contracts.contract_id,
        openings.kind || '_opened' as event_type,
        greatest(openings.as_of, coalesce(entities.books_start_on, openings.as_of)) as document_on
    from openings
    inner join entities on openings.entity_id = entities.entity_id
    left join opened_contracts
        on openings.contract_line_id = opened_contracts.contract_line_id
    left join bills
        on openings.opening_id = bills.bill_id
            and bills.is_opening
    where openings.kind <> 'bill' or bills.status = 'confirmed'
),

figures as (
    -- Debit receivables: a bill of before is still owed.
    -- Credit customer deposits (credits): money of before is still the customer's; so is a balance
    -- on his account.
    -- Credit contract liability: what was billed before is still owed in service (below nought: a
    -- contract asset).
    -- The other leg of each is opening clearing, which the balance sheet taken over has to bring to
    -- nought.
    select *, 'carried_in' as figure, amount as figure_amount from opened
),

double_entered as (
    select
        posting_rules.event_type,
        posting_rules.leg,
        'opening_balance' as document_type,
        figures.opening_id as document_id,
        figures.entity_id,
        figures.document_on,
        {{ month_of('figures.document_on') }} as economic_month,
        posting_rules.account_code,
        {{ side_of('posting_rules.side', 'figures.figure_amount') }} as side,
        figures.currency,
        abs(figures.figure_amount) as amount,
        figures.customer_id,
        figures.contract_id,
        figures.product_line,
        cast(null as varchar) as cost_center,
        cast(null as varchar) as profit_center
    from figures
    inner join posting_rules
        on figures.event_type = posting_rules.event_type
            and figures.figure = posting_rules.amount
    where figures.figure_amount <> 0
)

select * from double_entered
