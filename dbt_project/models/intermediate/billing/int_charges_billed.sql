{{ config(materialized='view') }}
with

charges as (
    select * from {{ ref('int_charges_priced') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- Months before the books bill nothing; a line of nought stands only where it has a quantity.
expected as (
    select
        charges.bill_line_id,
        charges.contract_line_id,
        charges.effective_on,
        charges.account_id,
        charges.line_kind,
        charges.billing_month,
        charges.service_month,
        charges.service_from,
        charges.service_to,
        charges.quantity,
        charges.unit_price,
        charges.amount_unrounded,
        charges.net_amount,
        charges.tax_amount,
        cast(charges.net_amount + charges.tax_amount as {{ money_type() }}) as gross_amount,
        charges.contract_id,
        charges.customer_id,
        charges.entity_id,
        charges.product_id,
        charges.product_line,
        charges.currency,
        charges.minor_units,
        charges.is_difference,
        charges.tax_rate
    from charges
    inner join entities on charges.entity_id = entities.entity_id
    where
        charges.billing_month <= entities.as_of_month
        and charges.billing_month >= coalesce({{ month_of('entities.books_start_on') }}, '0001-01')
        and (
            charges.net_amount <> 0
            or charges.tax_amount <> 0
            or coalesce(charges.quantity, 0) <> 0
        )
)

select * from expected
