with

charges as (
    select * from {{ ref('int_charges_listed') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

tax_rates as (
    select * from {{ ref('tax_rates') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

dated_rates as (
    select
        tax_code,
        entity_id,
        rate,
        valid_from,
        coalesce({{ add_days(
            'lead(valid_from) over (partition by tax_code, entity_id order by valid_from)', '-1'
        ) }}, date '9999-12-31') as valid_through
    from tax_rates
),

general_rates as (
    select * from dated_rates where entity_id is null
),

-- An entity's own rate goes before the one for all; the rate of the last service day holds.
rated as (
    select
        charges.*,
        products.product_line,
        coalesce(dated_rates.rate, general_rates.rate) as tax_rate,
        currencies.minor_units
    from charges
    inner join products on charges.product_id = products.product_id
    inner join currencies on charges.currency = currencies.currency
    left join dated_rates
        on products.tax_code = dated_rates.tax_code
        and charges.entity_id = dated_rates.entity_id
        and coalesce(charges.service_to, charges.service_from) >= dated_rates.valid_from
        and coalesce(charges.service_to, charges.service_from) <= dated_rates.valid_through
    left join general_rates
        on products.tax_code = general_rates.tax_code
        and coalesce(charges.service_to, charges.service_from) >= general_rates.valid_from
        and coalesce(charges.service_to, charges.service_from) <= general_rates.valid_through
    where coalesce(dated_rates.rate, general_rates.rate) is not null
),

netted as (
    select
        *,
        case
            when prices_include_tax then {{ net_inside('amount', 'tax_rate', 'minor_units') }}
            else amount
        end as net_amount
    from rated
),

taxed as (
    select
        *,
        case
            when prices_include_tax then cast(amount - net_amount as {{ money_type() }})
            else {{ round_money('net_amount * tax_rate', 'minor_units') }}
        end as tax_amount
    from netted
)

select
    bill_line_id, contract_line_id, effective_on, account_id, line_kind, is_difference,
    billing_month, service_month, service_from, service_to, period_no, period_from, period_to,
    quantity, unit_price, amount_unrounded, net_amount, tax_amount, tax_rate, contract_id,
    customer_id, entity_id, product_id, product_line, currency, minor_units
from taxed
