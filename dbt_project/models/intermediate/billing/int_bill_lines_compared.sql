with

charges as (
    select * from {{ ref('int_charges_expected') }}
),

posted as (
    select * from {{ ref('stg_posted__bill_lines') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- Booked against known, by contract line, account, service month and line kind (of a credit its
-- grant, too), of closed months.
signed as (
    select
        charges.contract_line_id,
        charges.account_id,
        charges.service_month,
        charges.line_kind,
        charges.grant_id,
        charges.contract_id,
        charges.customer_id,
        charges.entity_id,
        charges.product_id,
        charges.product_line,
        charges.currency,
        charges.service_from,
        charges.service_to,
        charges.quantity,
        charges.amount_unrounded,
        charges.net_amount,
        charges.tax_amount,
        1 as sign
    from charges
    inner join entities on charges.entity_id = entities.entity_id
    where charges.billing_month < entities.first_open_month
    union all
    select
        contract_line_id,
        account_id,
        service_month,
        coalesce(adjusts_line_kind, line_kind) as line_kind,
        grant_id,
        contract_id,
        customer_id,
        entity_id,
        product_id,
        product_line,
        currency,
        service_from,
        service_to,
        quantity,
        amount_unrounded,
        net_amount,
        tax_amount,
        -1 as sign
    from posted
    where line_kind <> 'opening' and coalesce(adjusts_line_kind, '') <> 'opening'
),

differing as (
    select
        contract_line_id,
        account_id,
        service_month,
        line_kind as adjusts_line_kind,
        grant_id,
        entity_id,
        currency,
        {{ latest_value('contract_id', ['sign', 'service_from', 'contract_id']) }} as contract_id,
        {{ latest_value('customer_id', ['sign', 'service_from', 'contract_id']) }} as customer_id,
        {{ latest_value('product_id', ['sign', 'service_from', 'product_id']) }} as product_id,
        {{ latest_value('product_line', ['sign', 'service_from', 'product_line']) }}
            as product_line,
        min(service_from) as service_from,
        max(service_to) as service_to,
        {{ quantity_within('sum(sign * quantity)') }} as quantity,
        cast(sum(sign * amount_unrounded) as {{ unrounded_type() }}) as amount_unrounded,
        cast(sum(sign * net_amount) as {{ money_type() }}) as net_amount,
        cast(sum(sign * tax_amount) as {{ money_type() }}) as tax_amount
    from signed
    group by
        contract_line_id, account_id, service_month, line_kind, grant_id, entity_id, currency
)

select * from differing
