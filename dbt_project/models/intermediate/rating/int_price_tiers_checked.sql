with

tiers as (
    select * from {{ ref('int_price_tiers_bounded') }}
),

checked as (
    select
        contract_line_id,
        effective_on,
        count_if(up_to is null) = 1
        and bool_and((up_to is null) = is_last)
        and bool_and(up_to is null or up_to > lower_bound) as is_rising
    from tiers
    group by contract_line_id, effective_on
)

select * from checked
