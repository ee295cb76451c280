with

covered as (
    select * from {{ ref('int_bills_covered') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

-- A bill's tax falls to what is invoiced of it in proportion, cumulatively rounded, so that a bill
-- invoiced in full has no tax accrued left. Invoice lines count from the invoice's day, links from
-- theirs.
invoiced as (
    select
        covered.document_id as invoice_id, covered.covered_on, covered.amount, bills.bill_id,
        bills.entity_id, bills.customer_id, bills.contract_id, bills.product_line, bills.currency,
        bills.tax_amount, bills.gross_amount, currencies.minor_units,
        sum(covered.amount) over (
            partition by bills.bill_id
            order by covered.covered_on, covered.document_id, covered.amount
            rows between unbounded preceding and current row
        ) as covered_to_date
    from covered
    inner join bills on covered.bill_id = bills.bill_id
    inner join currencies on bills.currency = currencies.currency
    where covered.covered_by = 'invoice'
        and not bills.is_opening
        and bills.gross_amount > 0
),

taxed as (
    select
        invoice_id, covered_on, entity_id, customer_id, contract_id, product_line, currency,
        {{ share_by_money('tax_amount', 'covered_to_date', 'gross_amount', 'minor_units') }}
        - {{ share_by_money(
            'tax_amount', 'covered_to_date - amount', 'gross_amount', 'minor_units'
        ) }} as tax
    from invoiced
),

figures as (
    -- Debit output tax accrued: the accrual of the bill is used up as it is invoiced.
    -- Credit output tax payable: with the invoice the tax is owed to the state.
    select
        invoice_id, covered_on, entity_id, customer_id, contract_id, product_line, currency,
        'tax' as figure,
        cast(sum(tax) as {{ money_type() }}) as figure_amount
    from taxed
    group by
        invoice_id, covered_on, entity_id, customer_id, contract_id, product_line, currency
),

double_entered as (
    select
        posting_rules.event_type, posting_rules.leg, 'invoice' as document_type,
        figures.invoice_id as document_id, figures.entity_id, figures.covered_on as document_on,
        {{ month_of('figures.covered_on') }} as economic_month,
        posting_rules.account_code,
        {{ side_of('posting_rules.side', 'figures.figure_amount') }} as side,
        figures.currency,
        abs(figures.figure_amount) as amount,
        figures.customer_id, figures.contract_id, figures.product_line,
        cast(null as varchar) as cost_center, cast(null as varchar) as profit_center
    from figures
    inner join posting_rules
        on posting_rules.event_type = 'invoice_issued'
            and posting_rules.amount = figures.figure
    where figures.figure_amount <> 0
)

select * from double_entered
