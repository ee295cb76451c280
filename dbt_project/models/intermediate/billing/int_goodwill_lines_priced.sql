with

shared as (
    select * from {{ ref('int_goodwill_shared') }}
),

charges as (
    select * from {{ ref('int_charges_billed') }}
),

-- What the credit lowers: the contract line's own charge on the bill, the latest where there are
-- several.
charged as (
    select
        *,
        contract_id || '/' || product_line || '/' || billing_month as bill_id,
        row_number() over (
            partition by contract_id, product_line, billing_month, contract_line_id
            order by is_difference, service_from desc, bill_line_id
        ) as charge_rank
    from charges
    where net_amount > 0 and contract_line_id in (select contract_line_id from shared)
),

-- Negative, before tax, at the rate of the contract line.
lowered as (
    select
        charged.*,
        shared.grant_id,
        {{ minor_units_to_money('-shared.taken_units', 'charged.minor_units') }} as credit_amount
    from shared
    inner join charged
        on shared.bill_id = charged.bill_id
        and shared.contract_line_id = charged.contract_line_id
        and charged.charge_rank = 1
),

taxed as (
    select
        *,
        {{ round_money('credit_amount * tax_rate', 'minor_units') }} as credit_tax
    from lowered
)

-- A line whose product changed its product line in the month stands on two bills of it.
select
    bill_id || '/' || contract_line_id || '/credit/' || grant_id as bill_line_id,
    contract_line_id,
    effective_on,
    cast(null as varchar) as account_id,
    'credit' as line_kind,
    billing_month,
    service_month,
    service_from,
    service_to,
    cast(null as decimal(28, 12)) as quantity,
    cast(null as decimal(20, 10)) as unit_price,
    cast(credit_amount as {{ unrounded_type() }}) as amount_unrounded,
    credit_amount as net_amount,
    credit_tax as tax_amount,
    cast(credit_amount + credit_tax as {{ money_type() }}) as gross_amount,
    contract_id,
    customer_id,
    entity_id,
    product_id,
    product_line,
    currency,
    minor_units,
    is_difference,
    tax_rate,
    grant_id
from taxed
