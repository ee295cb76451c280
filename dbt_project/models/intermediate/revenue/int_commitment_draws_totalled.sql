with

draws as (
    select * from {{ ref('int_commitments_drawn') }}
),

-- Drawn to a month's end by all usage lines of the plan, never beyond what is committed.
totalled as (
    select
        contract_id,
        service_month,
        max(available_amount) as available_amount,
        greatest(0, least(
            {{ latest_value('used_to_date', ['contract_line_id', 'effective_on']) }},
            max(available_amount)
        )) as drawn_amount
    from draws
    where is_drawing
    group by contract_id, service_month
    having max(available_amount) > 0
)

select * from totalled
