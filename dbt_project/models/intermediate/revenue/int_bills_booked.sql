{{ config(materialized='view') }}
with

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

journal_lines as (
    select * from {{ ref('stg_posted__journal_lines') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- What closed months have booked of a bill stands in its month …
posted as (
    select
        journal_lines.document_id as bill_id,
        journal_lines.entity_id,
        journal_lines.posting_month as month,
        sum(
            case
                when journal_lines.side = posting_rules.side then journal_lines.amount
                else -journal_lines.amount
            end
        ) as net_amount
    from journal_lines
    inner join posting_rules
        on
            journal_lines.event_type = posting_rules.event_type
            and journal_lines.account_code = posting_rules.account_code
    where posting_rules.event_type = 'bill_confirmed' and posting_rules.amount = 'net'
    group by journal_lines.document_id, journal_lines.entity_id, journal_lines.posting_month
),

posted_to_date as (
    select
        bill_id,
        sum(net_amount) as net_amount
    from posted
    group by bill_id
),

-- … and a bill that was confirmed, or disputed, since is booked in the first open one.
unposted as (
    select
        bills.bill_id,
        bills.entity_id,
        {{ posting_month('bills.billing_month', 'entities.first_open_month') }} as month,
        case when bills.status = 'confirmed' then bills.net_amount else 0 end
        - coalesce(posted_to_date.net_amount, 0) as net_amount
    from bills
    inner join entities on bills.entity_id = entities.entity_id
    left join posted_to_date on bills.bill_id = posted_to_date.bill_id
    where
        not bills.is_opening
        and {{ posting_month('bills.billing_month', 'entities.first_open_month') }}
        <= entities.as_of_month
),

booked as (
    select * from posted
    union all
    select * from unposted where net_amount <> 0
),

summed as (
    select
        bill_id,
        entity_id,
        month,
        cast(sum(net_amount) as {{ money_type() }}) as net_amount
    from booked
    group by bill_id, entity_id, month
    having sum(net_amount) <> 0
)

-- Lines never change once their month is closed: a bill goes in whole (1) or comes out whole (-1).
select
    summed.*,
    bills.contract_id,
    bills.product_line,
    bills.currency,
    bills.billed_on,
    case when summed.net_amount = bills.net_amount then 1 else -1 end as times
from summed
inner join bills on summed.bill_id = bills.bill_id
