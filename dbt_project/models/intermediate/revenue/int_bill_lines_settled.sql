with

bill_lines as (
    select * from {{ ref('bill_lines') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

covered as (
    select * from {{ ref('int_bills_covered') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

-- What invoices and receipts take of a bill, day by day, in the month that books it …
by_day as (
    select
        covered.bill_id, covered.covered_by, covered.covered_on, covered.posting_month,
        sum(covered.amount) as amount
    from covered
    cross join days
    where covered.covered_on <= days.as_of
    group by covered.bill_id, covered.covered_by, covered.covered_on, covered.posting_month
),

cumulated as (
    select
        *,
        sum(amount) over (
            partition by bill_id, covered_by
            order by posting_month, covered_on
        ) as amount_to_date
    from by_day
),

-- … falls to its lines by their gross, both rounded cumulatively, so that the lines sum to the bill
-- on every day.
lines_stacked as (
    select
        bill_lines.bill_line_id, bill_lines.bill_id, bill_lines.contract_line_id,
        bill_lines.contract_id, bill_lines.product_id, bill_lines.entity_id, bill_lines.currency,
        bill_lines.service_from, bills.gross_amount as bill_gross, currencies.minor_units,
        sum(bill_lines.gross_amount) over (
            partition by bill_lines.bill_id
            order by bill_lines.bill_line_id
        ) as gross_to_line,
        bill_lines.gross_amount
    from bill_lines
    inner join bills on bill_lines.bill_id = bills.bill_id
    inner join currencies on bill_lines.currency = currencies.currency
    where
        bills.gross_amount > 0
        and not bills.is_opening
        and bills.bill_id in (select bill_id from by_day)
),

shared as (
    select
        lines_stacked.*,
        cumulated.covered_by, cumulated.covered_on, cumulated.posting_month,
        {{ part_of_money(
            'lines_stacked.gross_to_line', money_to_integer('cumulated.amount_to_date'),
            money_to_integer('lines_stacked.bill_gross'), 'lines_stacked.minor_units'
        ) }}
        - {{ part_of_money(
            'lines_stacked.gross_to_line - lines_stacked.gross_amount',
            money_to_integer('cumulated.amount_to_date'),
            money_to_integer('lines_stacked.bill_gross'), 'lines_stacked.minor_units'
        ) }} as covered_to_date
    from lines_stacked
    inner join cumulated on lines_stacked.bill_id = cumulated.bill_id
),

settled as (
    select
        bill_line_id, bill_id, contract_line_id, contract_id, product_id, entity_id, currency,
        service_from, covered_by, covered_on, posting_month,
        cast(covered_to_date - coalesce(lag(covered_to_date) over (
            partition by bill_line_id, covered_by
            order by posting_month, covered_on
        ), 0) as {{ money_type() }}) as amount
    from shared
)

select * from settled
