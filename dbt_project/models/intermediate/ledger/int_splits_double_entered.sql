with

splits as (
    select * from {{ ref('int_splits_judged') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

-- Splits on bills and invoices are applications; a refused one does nothing. What goes out of an
-- opening receipt is posted no earlier than the receipt.
paid_out as (
    select
        splits.*,
        greatest(
            {{ month_of('splits.split_on') }}, coalesce(openings.economic_month, '')
        ) as economic_month
    from splits
    left join openings on splits.receipt_id = openings.opening_id
    where splits.target in ('refund', 'bank_charge')
        and splits.reason is null
        and not splits.is_waiting
),

figures as (
    -- Debit customer deposits: the refund ends what is owed to the customer.
    -- Credit suspense: there the bank's own debit of the refund waits for it.
    select *, 'receipt_refunded' as event_type, 'refunded' as figure
    from paid_out
    where target = 'refund'
    union all
    -- Debit bank charges: a bank on the way kept the money.
    -- Credit customer deposits: the customer has paid it all the same.
    select *, 'bank_charge_withheld' as event_type, 'withheld' as figure
    from paid_out
    where target = 'bank_charge'
),

double_entered as (
    select
        posting_rules.event_type,
        posting_rules.leg,
        'receipt_split' as document_type,
        figures.split_id as document_id,
        figures.entity_id,
        figures.split_on as document_on,
        figures.economic_month,
        posting_rules.account_code,
        {{ side_of('posting_rules.side', 'figures.amount') }} as side,
        figures.currency,
        abs(figures.amount) as amount,
        figures.customer_id,
        cast(null as varchar) as contract_id,
        figures.product_line,
        cast(null as varchar) as cost_center,
        cast(null as varchar) as profit_center
    from figures
    inner join posting_rules
        on figures.event_type = posting_rules.event_type
            and figures.figure = posting_rules.amount
    where figures.amount <> 0
)

select * from double_entered
