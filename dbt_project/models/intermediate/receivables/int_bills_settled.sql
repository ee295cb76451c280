with

all_bills as (
    select * from {{ ref('int_bills_totalled') }}
),

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

items as (
    select * from {{ ref('int_invoice_items_accepted') }}
),

applications as (
    select * from {{ ref('int_applications_known') }}
),

adjustments as (
    select * from {{ ref('int_adjustments_accepted') }}
),

invoiced as (
    select
        bill_id,
        sum(amount) as amount
    from items
    where bill_id is not null
    group by bill_id
),

-- What is used of a credit note settles it as well: both are off the account.
settling as (
    select bill_id, amount from applications
    union all
    select applications.grant_id as bill_id, -applications.amount as amount
    from applications
    inner join bills on applications.grant_id = bills.bill_id and bills.gross_amount < 0
    union all
    select bill_id, amount from adjustments
),

settled as (
    select
        bill_id,
        sum(amount) as amount
    from settling
    where bill_id is not null
    group by bill_id
),

-- Only a confirmed bill is settled; what adjustments write off counts as settled too.
totalled as (
    select
        all_bills.bill_id,
        cast(coalesce(invoiced.amount, 0) as {{ money_type() }}) as invoiced_amount,
        cast(
            case when bills.bill_id is null then 0 else coalesce(settled.amount, 0) end
            as {{ money_type() }}
        ) as received_amount,
        all_bills.gross_amount
    from all_bills
    left join bills on all_bills.bill_id = bills.bill_id
    left join invoiced on all_bills.bill_id = invoiced.bill_id
    left join settled on all_bills.bill_id = settled.bill_id
)

select
    bill_id,
    invoiced_amount,
    received_amount,
    cast(gross_amount - received_amount as {{ money_type() }}) as outstanding_amount
from totalled
