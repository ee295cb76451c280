with

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

decisions as (
    select * from {{ ref('int_bills_decided') }}
),

confirmations as (
    select * from {{ ref('stg_operations__bill_confirmations') }}
),

milestones as (
    select * from {{ ref('int_milestone_exceptions_found') }}
),

charges as (
    select * from {{ ref('int_charges_listed') }}
),

priced as (
    select * from {{ ref('int_charges_priced') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

outdated as (
    select
        'outdated_confirmation' as kind,
        'operations.bill_confirmations' as object,
        bills.bill_id as key,
        bills.entity_id,
        bills.billed_on as dated_on,
        bills.currency,
        bills.gross_amount as amount,
        'Confirmed at ' || cast(decisions.agreed_amount as varchar) || ' ' || bills.currency
            || ', the bill is ' || cast(bills.gross_amount as varchar) || '.' as reason,
        'Confirm the bill again at its amount.' as remedy,
        decisions.source_file,
        decisions.source_row
    from bills
    inner join decisions on bills.bill_id = decisions.bill_id
    where bills.is_confirmation_outdated
),

unknown as (
    select
        'unknown_bill' as kind,
        'operations.bill_confirmations' as object,
        confirmations.bill_id as key,
        cast(null as varchar) as entity_id,
        min(cast(confirmations.decided_at as date)) as dated_on,
        cast(null as varchar) as currency,
        cast(null as {{ money_type() }}) as amount,
        'The decision names a bill that does not exist.' as reason,
        'Correct the bill id, or waive it.' as remedy,
        min(confirmations.source_file) as source_file,
        min(confirmations.source_row) as source_row
    from confirmations
    cross join days
    left join bills on confirmations.bill_id = bills.bill_id
    where bills.bill_id is null and cast(confirmations.decided_at as date) <= days.known_on
    group by confirmations.bill_id
),

-- Without a rate on its last service day a line has no tax and cannot be billed.
untaxed as (
    select
        'missing_tax_rate' as kind,
        'crm.contract_lines' as object,
        charges.contract_line_id as key,
        charges.entity_id,
        min(charges.service_from) as dated_on,
        charges.currency,
        cast(sum(charges.amount) as {{ money_type() }}) as amount,
        'The tax code has no rate yet on the last day of service; it is not billed.' as reason,
        'Add the rate to the seed of tax rates.' as remedy,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row
    from charges
    left join priced on charges.bill_line_id = priced.bill_line_id
    where priced.bill_line_id is null
    group by charges.contract_line_id, charges.entity_id, charges.currency
),

found as (
    select * from outdated
    union all
    select * from untaxed
    union all
    select * from unknown
    union all
    select {{ exception_columns() }} from milestones
)

select * from found
