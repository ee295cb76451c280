with

fixed as (
    select * from {{ ref('int_fixed_periods_shared') }}
),

usage as (
    select * from {{ ref('int_usage_priced') }}
),

limits as (
    select * from {{ ref('int_usage_limited') }}
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

charges as (
    select
        contract_line_id,
        effective_on,
        account_id,
        'fixed' as line_kind,
        is_difference,
        billing_month,
        {{ month_of('service_from') }} as service_month,
        service_from,
        service_to,
        period_no,
        period_from,
        period_to,
        quantity,
        unit_price,
        amount_unrounded,
        amount,
        contract_id,
        customer_id,
        entity_id,
        product_id,
        currency,
        prices_include_tax
    from fixed
    union all
    select
        contract_line_id,
        effective_on,
        account_id,
        'usage' as line_kind,
        false as is_difference,
        service_month as billing_month,
        service_month,
        service_from,
        service_to,
        null as period_no,
        null as period_from,
        null as period_to,
        used_quantity as quantity,
        case when charge_model in ('per_unit', 'package') then unit_price end as unit_price,
        amount_unrounded,
        amount,
        contract_id,
        customer_id,
        entity_id,
        product_id,
        currency,
        prices_include_tax
    from usage
    where amount is not null
    union all
    select
        contract_line_id,
        effective_on,
        null as account_id,
        line_kind,
        false as is_difference,
        service_month as billing_month,
        service_month,
        service_from,
        service_to,
        null as period_no,
        null as period_from,
        null as period_to,
        null as quantity,
        null as unit_price,
        cast(amount as {{ unrounded_type() }}) as amount_unrounded,
        amount,
        contract_id,
        customer_id,
        entity_id,
        product_id,
        currency,
        prices_include_tax
    from limits
),

rates as (
    select
        charges.contract_line_id,
        charges.effective_on,
        charges.account_id,
        charges.line_kind,
        charges.is_difference,
        charges.service_from,
        charges.product_id,
        charges.billing_month,
        tax_rates.rate,
        -- An entity's own rate goes before the one for all, then the latest that is valid.
        row_number() over (
            partition by
                charges.contract_line_id, charges.effective_on, charges.account_id,
                charges.line_kind, charges.is_difference, charges.service_from,
                charges.product_id, charges.billing_month
            order by tax_rates.entity_id asc nulls last, tax_rates.valid_from desc
        ) as rate_rank
    from charges
    inner join products on charges.product_id = products.product_id
    inner join tax_rates
        on products.tax_code = tax_rates.tax_code
        and charges.entity_id = coalesce(tax_rates.entity_id, charges.entity_id)
        and tax_rates.valid_from <= coalesce(charges.service_to, charges.service_from)
),

rated as (
    select
        charges.*,
        products.product_line,
        products.tax_code,
        rates.rate as tax_rate,
        currencies.minor_units
    from charges
    inner join products on charges.product_id = products.product_id
    inner join currencies on charges.currency = currencies.currency
    inner join rates
        on charges.contract_line_id = rates.contract_line_id
        and charges.effective_on = rates.effective_on
        and charges.account_id is not distinct from rates.account_id
        and charges.line_kind = rates.line_kind
        and charges.is_difference = rates.is_difference
        and charges.service_from = rates.service_from
        and charges.product_id = rates.product_id
        and charges.billing_month = rates.billing_month
        and rates.rate_rank = 1
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
        * exclude (amount),
        case
            when prices_include_tax then cast(amount - net_amount as {{ money_type() }})
            else {{ round_money('net_amount * tax_rate', 'minor_units') }}
        end as tax_amount
    from netted
)

select
    *,
    cast(net_amount + tax_amount as {{ money_type() }}) as gross_amount
from taxed
