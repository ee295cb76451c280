with

charges as (
    select * from {{ ref('int_charges_billed') }}
),

grants as (
    select * from {{ ref('int_credit_grants_seen') }}
),

customers_credited as (
    select
        customer_id,
        currency
    from grants
    where kind = 'goodwill'
    group by customer_id, currency
),

lines as (
    select
        charges.contract_id || '/' || charges.product_line || '/' || charges.billing_month
            as bill_id,
        charges.contract_line_id,
        charges.customer_id,
        charges.currency,
        charges.product_line,
        charges.billing_month,
        sum({{ money_to_minor_units('charges.net_amount', 'charges.minor_units') }}) as line_units
    from charges
    inner join customers_credited
        on charges.customer_id = customers_credited.customer_id
        and charges.currency = customers_credited.currency
    group by
        charges.contract_id, charges.product_line, charges.billing_month,
        charges.contract_line_id, charges.customer_id, charges.currency
),

totalled as (
    select
        *,
        sum(line_units) over (partition by bill_id) as bill_units
    from lines
)

select * from totalled
