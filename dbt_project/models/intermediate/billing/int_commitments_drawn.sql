with

commitments as (
    select * from {{ ref('int_commitments_totalled') }}
),

monthly as (
    select * from {{ ref('int_commitments_used') }}
),

defects as (
    select * from {{ ref('int_contract_lines_checked') }}
),

-- Where the commitment itself cannot be billed, what it would pay for is not billed either.
broken_plans as (
    select contract_id
    from defects
    where charge_model = 'commitment' and kind <> 'amended_once_only'
    group by contract_id
),

-- From the month of a cancellation on, the commitment is what was begun.
available as (
    select
        monthly.*,
        commitments.starts_on,
        commitments.ends_on,
        {{ commitment_available('commitments', 'monthly.service_month') }} as available_amount,
        commitments.contract_id is not null
        and monthly.service_month >= {{ month_of('commitments.starts_on') }}
        and monthly.service_month
        <= coalesce({{ month_of('commitments.ends_on') }}, monthly.service_month)
            as is_drawing
    from monthly
    left join commitments on monthly.contract_id = commitments.contract_id
    left join broken_plans on monthly.contract_id = broken_plans.contract_id
    where broken_plans.contract_id is null
),

-- Month by month, line by line, version after version; a negative amount gives the draw back.
drawn as (
    select
        *,
        sum(case when is_drawing then amount else 0 end) over (
            partition by contract_id order by service_month, contract_line_id, effective_on
        ) as used_to_date
    from available
),

-- What is used up to here passes what is available by so much more than what was used before it.
overages as (
    select
        {{ all_but(['used_to_date']) }},
        cast(used_to_date as {{ money_type() }}) as used_to_date,
        cast(case
            when is_drawing
                then greatest(used_to_date - available_amount, 0)
                - greatest(used_to_date - amount - available_amount, 0)
            else amount
        end as {{ money_type() }}) as overage_amount
    from drawn
)

select * from overages
