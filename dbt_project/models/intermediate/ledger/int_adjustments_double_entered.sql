with

adjustments as (
    select * from {{ ref('int_adjustments_accepted') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

-- What adjusts an opening bill is posted no earlier than the bill.
named as (
    select
        adjustments.*,
        greatest(
            {{ month_of('adjustments.dated_on') }}, coalesce(openings.economic_month, '')
        ) as economic_month,
        bills.contract_id,
        coalesce(bills.product_line, adjustments.product_line) as customer_product_line,
        case adjustments.kind
            when 'bad_debt' then 'bad_debt_written_off'
            when 'bad_debt_recovery' then 'bad_debt_recovered'
            else 'account_adjusted'
        end as event_type
    from adjustments
    left join bills on adjustments.bill_id = bills.bill_id
    left join openings on adjustments.bill_id = openings.opening_id
    -- A balance brought in is an opening document, against opening clearing.
    where adjustments.kind <> 'opening'
),

figures as (
    -- Debit the expense of its kind: what raises the customer's balance is lost to us; a recovery
    -- comes back there.
    select *, 'raised' as figure from named
    union all
    -- Credit receivables: the bill it names is owed by that much less.
    select *, 'on_bill' as figure from named where bill_id is not null
    union all
    -- Credit customer deposits: without a bill the customer has that much more to his account.
    select *, 'on_account' as figure from named where bill_id is null
),

double_entered as (
    select
        posting_rules.event_type,
        posting_rules.leg,
        'account_adjustment' as document_type,
        figures.adjustment_id as document_id,
        figures.entity_id,
        figures.dated_on as document_on,
        figures.economic_month,
        posting_rules.account_code,
        {{ side_of('posting_rules.side', 'figures.amount') }} as side,
        figures.currency,
        abs(figures.amount) as amount,
        figures.customer_id,
        figures.contract_id,
        figures.customer_product_line as product_line,
        cast(null as varchar) as cost_center,
        cast(null as varchar) as profit_center
    from figures
    inner join posting_rules
        on figures.event_type = posting_rules.event_type
            and figures.figure = posting_rules.amount
    where figures.amount <> 0
)

select * from double_entered
