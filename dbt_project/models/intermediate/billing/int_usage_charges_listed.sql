{{ config(materialized='view') }}
with

usage as (
    select * from {{ ref('int_usage_priced') }}
),

limits as (
    select * from {{ ref('int_usage_limited') }}
),

overages as (
    select * from {{ ref('int_overages_summed') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

-- The usage of a commitment plan is paid by the commitment; only what is beyond it is billed.
charges as (
    select
        contract_line_id,
        effective_on,
        account_id,
        'usage' as line_kind,
        false as is_difference,
        null as detail,
        service_month as billing_month,
        service_month,
        service_from,
        service_to,
        null as period_no,
        null as period_from,
        null as period_to,
        used_quantity as quantity,
        unit_price,
        amount_unrounded,
        amount,
        product_id
    from usage
    where amount is not null and business_model <> 'commitment_plan'
    union all
    select
        contract_line_id,
        effective_on,
        null as account_id,
        line_kind,
        false as is_difference,
        null as detail,
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
        product_id
    from limits
    where business_model <> 'commitment_plan'
    union all
    select
        overages.contract_line_id,
        overages.effective_on,
        null as account_id,
        'overage' as line_kind,
        false as is_difference,
        null as detail,
        overages.service_month as billing_month,
        overages.service_month,
        overages.service_from,
        overages.service_to,
        null as period_no,
        null as period_from,
        null as period_to,
        null as quantity,
        null as unit_price,
        cast(overages.overage_amount as {{ unrounded_type() }}) as amount_unrounded,
        overages.overage_amount as amount,
        versions.product_id
    from overages
    inner join versions
        on overages.contract_line_id = versions.contract_line_id
        and overages.effective_on = versions.effective_on
)

select * from charges
