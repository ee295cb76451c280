with

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

settled as (
    select * from {{ ref('int_bills_settled') }}
),

joined as (
    select
        bills.*,
        cast(coalesce(settled.invoiced_amount, 0) as {{ money_type() }}) as invoiced_amount,
        cast(coalesce(settled.received_amount, 0) as {{ money_type() }}) as received_amount,
        cast(coalesce(settled.outstanding_amount, bills.gross_amount) as {{ money_type() }})
            as outstanding_amount
    from bills
    left join settled on bills.bill_id = settled.bill_id
)

select
    bill_id,
    bill_number,
    contract_id,
    customer_id,
    entity_id,
    product_line,
    billing_month,
    billed_on,
    due_on,
    currency,
    net_amount,
    tax_amount,
    gross_amount,
    status,
    confirmed_on,
    invoiced_amount,
    received_amount,
    outstanding_amount,
    is_posted,
    posting_month,
    is_opening,
    source_file,
    source_row
from joined
