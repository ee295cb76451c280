-- One row per currency: what the changed months of all customers come to.
with

months as (
    select * from {{ source('whatif', 'months_compared') }}
),

totalled as (
    select
        currency,
        count(*) as changed_months,
        cast(sum(net_today) as {{ money_type() }}) as net_today,
        cast(sum(net_planned) as {{ money_type() }}) as net_planned,
        cast(sum(net_difference) as {{ money_type() }}) as net_difference,
        cast(sum(gross_today) as {{ money_type() }}) as gross_today,
        cast(sum(gross_planned) as {{ money_type() }}) as gross_planned,
        cast(sum(gross_difference) as {{ money_type() }}) as gross_difference
    from months
    group by currency
)

select * from totalled
