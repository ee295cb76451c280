with

openings as (
    select * from {{ ref('int_openings_seen') }}
),

posted as (
    select * from {{ ref('stg_posted__bill_lines') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

lines as (
    select
        contract_line_id,
        any_value(contract_id) as contract_id
    from versions
    group by contract_line_id
),

booked as (
    select
        bill_id as opening_id,
        sum(gross_amount) as booked_amount
    from posted
    where line_kind = 'opening'
    group by bill_id
),

bills as (
    select
        openings.*,
        lines.contract_id
    from openings
    left join lines on openings.contract_line_id = lines.contract_line_id
    where openings.kind = 'bill'
),

-- An opening bill is what is owed: one line, no tax, posted once.
due as (
    select
        bills.opening_id as bill_line_id,
        bills.opening_id as bill_id,
        bills.contract_line_id,
        cast(null as varchar) as account_id,
        cast(null as varchar) as product_id,
        'opening' as line_kind,
        cast(null as varchar) as adjusts_line_kind,
        {{ month_of('bills.document_date') }} as service_month,
        bills.posting_month,
        bills.document_date as service_from,
        bills.document_date as service_to,
        cast(null as decimal(28, 12)) as quantity,
        cast(null as decimal(20, 10)) as unit_price,
        cast(bills.amount as {{ unrounded_type() }}) as amount_unrounded,
        cast(bills.amount as {{ money_type() }}) as net_amount,
        cast(0 as {{ money_type() }}) as tax_amount,
        cast(bills.amount as {{ money_type() }}) as gross_amount,
        bills.entity_id,
        bills.customer_id,
        bills.contract_id,
        bills.product_line,
        bills.currency
    from bills
    inner join entities on bills.entity_id = entities.entity_id
    left join booked on bills.opening_id = booked.opening_id
    where booked.opening_id is null and bills.posting_month <= entities.as_of_month
)

select * from due
