{{ config(materialized='view') }}
with

transactions as (
    select * from {{ ref('recognition_transactions') }}
),

obligations as (
    select * from {{ ref('obligations') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- Earned in the economic month, dated its last day (today, while the month runs). What a
-- commitment's customer never drew is breakage, whatever the method (IFRS 15.B46).
recognised as (
    select
        transactions.*,
        obligations.customer_id,
        obligations.product_line,
        products.cost_center,
        products.profit_center,
        case
            when transactions.recognition_id like '%/breakage' then 'breakage'
            else obligations.method
        end || '_recognised' as event_type,
        least({{ month_end('transactions.economic_month') }}, run_days.as_of) as document_on
    from transactions
    cross join run_days
    left join obligations on transactions.obligation_id = obligations.obligation_id
    left join products on transactions.product_id = products.product_id
),

figures as (
    -- Debit contract liability: the service billed, or yet to be billed, is rendered by that much.
    -- Credit revenue, by the method that measured it.
    select *, 'recognised' as figure, amount as figure_amount from recognised
),

double_entered as (
    select
        posting_rules.event_type,
        posting_rules.leg,
        'recognition' as document_type,
        figures.recognition_id as document_id,
        figures.entity_id,
        figures.document_on,
        figures.economic_month,
        posting_rules.account_code,
        {{ side_of('posting_rules.side', 'figures.figure_amount') }} as side,
        figures.currency,
        abs(figures.figure_amount) as amount,
        figures.customer_id,
        figures.contract_id,
        figures.product_line,
        figures.cost_center,
        figures.profit_center
    from figures
    inner join posting_rules
        on figures.event_type = posting_rules.event_type
            and figures.figure = posting_rules.amount
    where figures.figure_amount <> 0
)

select * from double_entered
