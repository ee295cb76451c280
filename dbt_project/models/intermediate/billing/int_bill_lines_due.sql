{{ config(materialized='view') }}
with

charges as (
    select * from {{ ref('int_charges_expected') }}
),

differing as (
    select * from {{ ref('int_bill_lines_compared') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

due as (
    select
        charges.bill_line_id,
        charges.contract_line_id,
        charges.account_id,
        charges.product_id,
        charges.line_kind,
        cast(null as varchar) as adjusts_line_kind,
        charges.grant_id,
        charges.service_month,
        charges.billing_month as posting_month,
        charges.service_from,
        charges.service_to,
        charges.quantity,
        charges.unit_price,
        charges.amount_unrounded,
        charges.net_amount,
        charges.tax_amount,
        charges.entity_id,
        charges.customer_id,
        charges.contract_id,
        charges.product_line,
        charges.currency
    from charges
    inner join entities on charges.entity_id = entities.entity_id
    where charges.billing_month >= entities.first_open_month
    union all
    select
        differing.contract_line_id
        || '/' || coalesce(differing.account_id, '')
        || '/' || differing.service_month
        || '/' || differing.adjusts_line_kind
        || '/' || differing.currency
        || '/' || differing.entity_id
        || coalesce('/' || differing.grant_id, '')
        || '/adjustment/' || entities.first_open_month as bill_line_id,
        differing.contract_line_id,
        differing.account_id,
        differing.product_id,
        'adjustment' as line_kind,
        differing.adjusts_line_kind,
        differing.grant_id,
        differing.service_month,
        entities.first_open_month as posting_month,
        differing.service_from,
        differing.service_to,
        nullif(differing.quantity, 0) as quantity,
        null as unit_price,
        differing.amount_unrounded,
        differing.net_amount,
        differing.tax_amount,
        differing.entity_id,
        differing.customer_id,
        differing.contract_id,
        differing.product_line,
        differing.currency
    from differing
    inner join entities on differing.entity_id = entities.entity_id
    where
        entities.first_open_month <= entities.as_of_month
        and (
            differing.net_amount <> 0
            or differing.tax_amount <> 0
            or coalesce(differing.quantity, 0) <> 0
        )
)

select
    {{ all_but(['bill_line_id']) }},
    bill_line_id,
    contract_id || '/' || product_line || '/' || posting_month as bill_id,
    cast(net_amount + tax_amount as {{ money_type() }}) as gross_amount
from due
