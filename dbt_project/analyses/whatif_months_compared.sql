-- One row per customer, service month and currency in which the plan changes a charge.
with

charges as (
    select * from {{ source('whatif', 'charges_compared') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

summed as (
    select
        charges.customer_id,
        any_value(customers.customer_name) as customer_name,
        charges.month,
        charges.currency,
        cast(sum(charges.net_today) as {{ money_type() }}) as net_today,
        cast(sum(charges.net_planned) as {{ money_type() }}) as net_planned,
        cast(sum(charges.net_difference) as {{ money_type() }}) as net_difference,
        cast(sum(charges.gross_today) as {{ money_type() }}) as gross_today,
        cast(sum(charges.gross_planned) as {{ money_type() }}) as gross_planned,
        cast(sum(charges.gross_difference) as {{ money_type() }}) as gross_difference,
        count(*) filter (
            where charges.net_difference <> 0 or charges.gross_difference <> 0
        ) as changed_charges
    from charges
    left join customers on charges.customer_id = customers.customer_id
    group by charges.customer_id, charges.month, charges.currency
),

-- Changes that cancel each other out still show: their month did change.
changed as (
    select * from summed
    where changed_charges > 0
)

select * from changed
