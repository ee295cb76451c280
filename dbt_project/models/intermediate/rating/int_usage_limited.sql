with

limits as (
    select * from {{ ref('int_usage_limits_shared') }}
),

covered as (
    select * from {{ ref('int_usage_months_covered') }}
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
        covered.contract_id,
        covered.customer_id,
        covered.entity_id,
        covered.product_id,
        covered.currency,
        covered.prices_include_tax,
        covered.business_model
    from limited
    inner join covered
        on limited.contract_line_id = covered.contract_line_id
        and limited.effective_on = covered.effective_on
        and limited.service_month = covered.service_month
)

select * from described
