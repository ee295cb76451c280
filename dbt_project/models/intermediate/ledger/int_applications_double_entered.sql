with

applications as (
    select * from {{ ref('receipt_applications') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

-- Money on an invoice that no bill is under yet stays a deposit. A reversal is a negative
-- application of its own. A credit note's use sets one receivable of a customer off against another
-- and moves no account.
settled as (
    select
        applications.*,
        bills.contract_id,
        bills.product_line as bill_product_line,
        case when applications.grant_id is null then 'receipt_applied' else 'credit_applied' end
            as event_type
    from applications
    inner join bills on applications.bill_id = bills.bill_id
    left join bills as credit_notes on applications.grant_id = credit_notes.bill_id
    where credit_notes.bill_id is null
),

figures as (
    -- Debit customer deposits (credits, for a credit): the customer's money has found what it pays
    -- for.
    -- Credit receivables: the bill is owed by that much less.
    select *, 'applied' as figure, amount as figure_amount from settled
),

double_entered as (
    select
        posting_rules.event_type,
        posting_rules.leg,
        'receipt_application' as document_type,
        figures.application_id as document_id,
        figures.entity_id,
        figures.applied_on as document_on,
        greatest(
            {{ month_of('figures.applied_on') }}, coalesce(figures.economic_month, '')
        ) as economic_month,
        posting_rules.account_code,
        {{ side_of('posting_rules.side', 'figures.figure_amount') }} as side,
        figures.currency,
        abs(figures.figure_amount) as amount,
        figures.customer_id,
        figures.contract_id,
        figures.bill_product_line as product_line,
        cast(null as varchar) as cost_center,
        cast(null as varchar) as profit_center
    from figures
    inner join posting_rules
        on figures.event_type = posting_rules.event_type
            and figures.figure = posting_rules.amount
    where figures.figure_amount <> 0
)

select * from double_entered
