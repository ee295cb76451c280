with

commitments as (
    select * from {{ ref('int_commitments_totalled') }}
),

drawn as (
    select * from {{ ref('int_commitments_drawn') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

monthly as (
    select
        contract_id,
        service_month,
        sum(amount) filter (where is_drawing) as used
    from drawn
    group by contract_id, service_month
),

running as (
    select
        commitments.*,
        months.month,
        {{ commitment_available('commitments', 'months.month') }} as granted_to_date,
        sum(coalesce(monthly.used, 0)) over (
            partition by commitments.contract_id order by months.month
        ) as used_to_date,
        coalesce(
            months.month = {{ month_of('commitments.ends_on') }}
            and commitments.ends_on <= days.as_of,
            false
        ) as is_over
    from commitments
    cross join days
    inner join months
        on months.month >= {{ month_of('commitments.starts_on') }}
        and months.month <= least({{ month_of('commitments.ends_on') }}, days.as_of_month)
    left join monthly
        on commitments.contract_id = monthly.contract_id
        and months.month = monthly.service_month
),

-- What is left on the last day expires.
closed as (
    select
        *,
        least(used_to_date, granted_to_date) as drawn_to_date,
        granted_to_date - least(used_to_date, granted_to_date) as left_over
    from running
),

moved as (
    select
        *,
        granted_to_date - coalesce(lag(granted_to_date) over contract, 0) as granted,
        drawn_to_date - coalesce(lag(drawn_to_date) over contract, 0) as drawn,
        case when is_over then left_over else 0 end as expired
    from closed
    window contract as (partition by contract_id order by month)
)

select
    contract_id,
    customer_id,
    entity_id,
    currency,
    month,
    cast(granted as {{ money_type() }}) as granted,
    cast(drawn as {{ money_type() }}) as drawn,
    cast(expired as {{ money_type() }}) as expired
from moved
