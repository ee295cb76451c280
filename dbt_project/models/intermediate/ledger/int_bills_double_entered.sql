{{ config(materialized='view') }}
with

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

-- Only a confirmed bill reaches the books, with its own date, whenever the decision came. Opening
-- bills are openings.
confirmed as (
    select * from bills
    where status = 'confirmed' and not is_opening
),

figures as (
    -- Debit receivables: the customer owes the bill's gross.
    select *, 'gross' as figure, gross_amount as figure_amount from confirmed
    union all
    -- Credit contract liability: what is billed is owed in service until it is recognised (IFRS
    -- 15.106).
    select *, 'net' as figure, net_amount as figure_amount from confirmed
    union all
    -- Credit output tax accrued: the tax is due to the customer's invoice, and only then to the
    -- state.
    select *, 'tax' as figure, tax_amount as figure_amount from confirmed
),

double_entered as (
    select
        posting_rules.event_type,
        posting_rules.leg,
        'bill' as document_type,
        figures.bill_id as document_id,
        figures.entity_id,
        figures.billed_on as document_on,
        figures.billing_month as economic_month,
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
        on posting_rules.event_type = 'bill_confirmed'
            and posting_rules.amount = figures.figure
    where figures.figure_amount <> 0
)

select * from double_entered
