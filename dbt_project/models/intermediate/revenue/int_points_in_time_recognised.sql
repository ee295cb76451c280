with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

covered as (
    select * from {{ ref('int_coverage_recognised') }}
),

documented as (
    select * from {{ ref('int_documents_recognised') }}
),

milestones as (
    select * from {{ ref('int_milestones_recognised') }}
),

by_month as (
    select
        obligation_id,
        month,
        amount,
        0 as amount_caught_up,
        document_id
    from covered
    union all
    select
        obligation_id,
        month,
        amount,
        amount_caught_up,
        document_id
    from documented
    union all
    select
        obligation_id,
        month,
        amount,
        amount_caught_up,
        document_id
    from milestones
),

-- Cancelled: earlier months stand, the month of the cancellation takes what is left of the price.
kept as (
    select by_month.*
    from by_month
    inner join obligations on by_month.obligation_id = obligations.obligation_id
    where by_month.month < coalesce({{ month_of('obligations.cancelled_on') }}, '9999-12')
),

kept_to_date as (
    select
        obligation_id,
        sum(amount + amount_caught_up) as amount
    from kept
    group by obligation_id
),

left_by_cancellation as (
    select
        obligations.obligation_id,
        {{ month_of('obligations.cancelled_on') }} as month,
        cast(
            obligations.transaction_price - coalesce(kept_to_date.amount, 0) as {{ money_type() }}
        ) as amount,
        0 as amount_caught_up,
        obligations.contract_id as document_id
    from obligations
    left join kept_to_date on obligations.obligation_id = kept_to_date.obligation_id
    where
        obligations.cancelled_on is not null
        and obligations.is_recognised
        and obligations.method not like 'straight_line%'
        and obligations.method not in ('usage', 'commitment')
),

recognised as (
    select * from kept
    union all
    select * from left_by_cancellation
)

select
    obligation_id,
    month,
    cast(amount as {{ money_type() }}) as amount,
    cast(amount_caught_up as {{ money_type() }}) as amount_caught_up,
    document_id
from recognised
