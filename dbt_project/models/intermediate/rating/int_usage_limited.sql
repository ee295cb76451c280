with

limits as (
    select * from {{ ref('int_usage_limits_shared') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

capped as (
    select
        *,
        least(coalesce(maximum_amount, capped_usage) - capped_usage, 0) as cap
    from limits
),

limited as (
    select
        contract_line_id,
        effective_on,
        service_month,
        service_from,
        service_to,
        'maximum_cap' as line_kind,
        cast(cap as {{ money_type() }}) as amount
    from capped
    where cap <> 0
    union all
    select
        contract_line_id,
        effective_on,
        service_month,
        service_from,
        service_to,
        'minimum_true_up' as line_kind,
        cast(minimum_amount - usage - cap as {{ money_type() }}) as amount
    from capped
    where minimum_amount > usage + cap
),

described as (
    select
        limited.*,
        versions.contract_id,
        versions.customer_id,
        versions.entity_id,
        versions.product_id,
        versions.currency,
        versions.prices_include_tax,
        versions.business_model
    from limited
    inner join versions
        on limited.contract_line_id = versions.contract_line_id
        and limited.effective_on = versions.effective_on
)

select * from described
