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

-- An entity's own rate goes before the one for all, then the latest on the last service day.
rates as (
    select
        charges.bill_line_id,
        products.tax_code,
        products.product_line,
        tax_rates.rate,
        row_number() over (
            partition by charges.bill_line_id
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
        rates.product_line,
        rates.tax_code,
        rates.rate as tax_rate,
        currencies.minor_units
    from charges
    inner join currencies on charges.currency = currencies.currency
    inner join rates on charges.bill_line_id = rates.bill_line_id and rates.rate_rank = 1
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
        {{ all_but(['amount']) }},
        case
            when prices_include_tax then cast(amount - net_amount as {{ money_type() }})
            else {{ round_money('net_amount * tax_rate', 'minor_units') }}
        end as tax_amount
    from netted
),

totalled as (
    select
        *,
        cast(net_amount + tax_amount as {{ money_type() }}) as gross_amount
    from taxed
)

select * from totalled
