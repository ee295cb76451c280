with

bill_lines as (
    select * from {{ ref('bill_lines') }}
),

booked as (
    select * from {{ ref('int_bills_booked') }}
),

openings as (
    select * from {{ ref('int_deferred_openings_booked') }}
),

contract_lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

-- Billed is the net of confirmed bills; an opening bill is no billing, deferred revenue carried in
-- is.
billed as (
    select
        booked.entity_id,
        booked.contract_id,
        bill_lines.product_id,
        booked.product_line,
        booked.currency,
        booked.month,
        booked.billed_on as dated_on,
        booked.times * bill_lines.net_amount as net_amount,
        booked.times * bill_lines.tax_amount as tax_amount
    from booked
    inner join bill_lines on booked.bill_id = bill_lines.bill_id
    union all
    select
        openings.entity_id,
        contract_lines.contract_id,
        contract_lines.product_id,
        coalesce(openings.product_line, contract_lines.product_line) as product_line,
        openings.currency,
        openings.month,
        openings.as_of as dated_on,
        openings.amount as net_amount,
        0 as tax_amount
    from openings
    inner join contract_lines on openings.contract_line_id = contract_lines.contract_line_id
),

by_product as (
    select
        entity_id,
        contract_id,
        product_id,
        product_line,
        currency,
        month,
        dated_on,
        cast(sum(net_amount) as {{ money_type() }}) as net_amount,
        cast(sum(tax_amount) as {{ money_type() }}) as tax_amount
    from billed
    group by entity_id, contract_id, product_id, product_line, currency, month, dated_on
)

select * from by_product
