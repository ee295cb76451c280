with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

covered as (
    select * from {{ ref('int_coverage_recognised') }}
),

-- Cancelled: earlier months stand, the month of the cancellation takes what is left of the price.
kept as (
    select covered.*
    from covered
    inner join obligations on covered.obligation_id = obligations.obligation_id
    where covered.month < coalesce({{ month_of('obligations.cancelled_on') }}, '9999-12')
),

kept_to_date as (
    select
        obligation_id,
        sum(amount) as amount
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
        obligations.contract_id as document_id
    from obligations
    left join kept_to_date on obligations.obligation_id = kept_to_date.obligation_id
    where
        obligations.cancelled_on is not null
        and obligations.is_recognised
        and obligations.method not like 'straight_line%'
        and obligations.method <> 'usage'
),

recognised as (
    select * from kept
    union all
    select * from left_by_cancellation
)

select * from recognised
