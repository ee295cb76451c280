{{ config(materialized='view') }}
with

fixed as (
    select * from {{ ref('int_fixed_periods_shared') }}
),

usage as (
    select * from {{ ref('int_usage_charges_listed') }}
),

sold as (
    select * from {{ ref('int_commitment_charges_listed') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

charges as (
    select
        contract_line_id,
        effective_on,
        account_id,
        'fixed' as line_kind,
        is_difference,
        case when is_difference then product_id end as detail,
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
        product_id
    from fixed
    union all
    select * from usage
    union all
    select * from sold
),

identified as (
    select
        charges.*,
        -- With the billing month: what one has billed and closed may come to be due in another.
        charges.contract_line_id
        || '/' || cast(charges.effective_on as varchar)
        || '/' || coalesce(case when charges.line_kind = 'usage' then charges.account_id end, '')
        || '/' || cast(charges.service_from as varchar)
        || '/' || charges.billing_month
        || '/' || charges.line_kind
        || coalesce('/' || charges.detail, '') as bill_line_id,
        versions.contract_id,
        versions.customer_id,
        versions.entity_id,
        versions.currency,
        versions.prices_include_tax
    from charges
    inner join versions
        on charges.contract_line_id = versions.contract_line_id
        and charges.effective_on = versions.effective_on
)

select * from identified
