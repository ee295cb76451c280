with

charges as (
    select * from {{ ref('int_charges_priced') }}
),

fixed as (
    select
        contract_line_id,
        effective_on,
        is_difference,
        period_no,
        period_from,
        period_to,
        service_from,
        service_to,
        billing_month,
        amount_unrounded,
        net_amount,
        tax_amount,
        cast(net_amount + tax_amount as {{ money_type() }}) as gross_amount,
        currency,
        product_id,
        contract_id
    from charges
    where line_kind = 'fixed'
)

select * from fixed
