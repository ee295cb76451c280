with

bill_lines as (
    select * from {{ ref('bill_lines') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

contract_lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

-- Billed is the net of confirmed bills; an opening bill is no billing, deferred revenue carried in is.
billed as (
    select
        bills.entity_id,
        bills.contract_id,
        bill_lines.contract_line_id,
        bills.product_line,
        bills.currency,
        bill_lines.posting_month as month,
        bill_lines.net_amount,
        bill_lines.tax_amount
    from bill_lines
    inner join bills on bill_lines.bill_id = bills.bill_id
    where bills.status = 'confirmed' and not bills.is_opening
    union all
    select
        openings.entity_id,
        contract_lines.contract_id,
        openings.contract_line_id,
        contract_lines.product_line,
        openings.currency,
        openings.posting_month as month,
        openings.amount as net_amount,
        0 as tax_amount
    from openings
    inner join contract_lines on openings.contract_line_id = contract_lines.contract_line_id
    where openings.kind = 'deferred_revenue'
),

by_line as (
    select
        billed.entity_id,
        contract_id,
        contract_line_id,
        product_line,
        currency,
        month,
        cast(sum(net_amount) as {{ money_type() }}) as net_amount,
        cast(sum(tax_amount) as {{ money_type() }}) as tax_amount
    from billed
    inner join entities on billed.entity_id = entities.entity_id
    where billed.month <= entities.as_of_month
    group by billed.entity_id, contract_id, contract_line_id, product_line, currency, month
)

select * from by_line
