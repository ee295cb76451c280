with

draws as (
    select * from {{ ref('int_commitments_drawn') }}
),

commitments as (
    select
        *,
        {{ month_of('cancelled_on') }} as cancelled_month
    from {{ ref('int_commitments_totalled') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- A cancellation moves what is drawn, whether anything is used in its month or not.
moved as (
    select contract_id, service_month, amount
    from draws
    where is_drawing
    union all
    select commitments.contract_id, commitments.cancelled_month, 0 as amount
    from commitments
    cross join days
    where commitments.cancelled_month <= days.as_of_month
),

monthly as (
    select contract_id, service_month, sum(amount) as amount
    from moved
    group by contract_id, service_month
),

running as (
    select
        monthly.contract_id,
        monthly.service_month,
        {{ commitment_available('commitments', 'monthly.service_month') }} as available_amount,
        sum(monthly.amount) over (
            partition by monthly.contract_id order by monthly.service_month
        ) as used_to_date
    from monthly
    inner join commitments on monthly.contract_id = commitments.contract_id
),

-- Drawn to a month's end by all usage lines of the plan, never beyond what is committed.
totalled as (
    select
        contract_id,
        service_month,
        available_amount,
        greatest(0, least(used_to_date, available_amount)) as drawn_amount
    from running
)

select * from totalled
