with

commitments as (
    select * from {{ ref('int_commitment_parts_shared') }}
),

milestones as (
    select * from {{ ref('int_milestones_completed') }}
),

charges as (
    select
        contract_line_id,
        effective_on,
        account_id,
        'commitment' as line_kind,
        false as is_difference,
        null as detail,
        billing_month,
        {{ month_of('service_from') }} as service_month,
        service_from,
        service_to,
        period_no,
        period_from,
        period_to,
        quantity,
        null as unit_price,
        amount_unrounded,
        amount,
        product_id
    from commitments
    where is_begun
    union all
    select
        contract_line_id,
        effective_on,
        account_id,
        'milestone' as line_kind,
        false as is_difference,
        milestone_id as detail,
        {{ month_of('completed_on') }} as billing_month,
        {{ month_of('completed_on') }} as service_month,
        completed_on as service_from,
        completed_on as service_to,
        null as period_no,
        null as period_from,
        null as period_to,
        quantity,
        null as unit_price,
        cast(milestone_amount as {{ unrounded_type() }}) as amount_unrounded,
        amount,
        product_id
    from milestones
    where not is_after_cancellation
)

select * from charges
