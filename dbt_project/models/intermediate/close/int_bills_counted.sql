with

charges as (
    select * from {{ ref('int_charges_expected') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

-- A bill is one contract, product line and month that has a charge.
expected as (
    select
        entity_id,
        billing_month as month,
        product_line,
        currency,
        contract_id
    from charges
    group by entity_id, billing_month, product_line, currency, contract_id
),

marks as (
    select
        entity_id, month, product_line, currency,
        1 as bills_expected, 0 as bills_generated, 0 as bills_confirmed, 0 as bills_disputed
    from expected
    union all
    select
        entity_id, billing_month, product_line, currency,
        0,
        1,
        case when status = 'confirmed' then 1 else 0 end,
        case when status = 'disputed' then 1 else 0 end
    from bills
    where not is_opening
),

counted as (
    select
        entity_id,
        month,
        product_line,
        currency,
        sum(bills_expected) as bills_expected,
        sum(bills_generated) as bills_generated,
        sum(bills_confirmed) as bills_confirmed,
        sum(bills_disputed) as bills_disputed
    from marks
    group by entity_id, month, product_line, currency
)

select * from counted
