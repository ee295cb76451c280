with

commitments as (
    select * from {{ ref('int_commitments_totalled') }}
),

drawn as (
    select * from {{ ref('int_commitments_drawn') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

cancelled as (
    select
        commitments.*,
        {{ month_of('commitments.cancelled_on') }} as cancelled_month
    from commitments
    cross join days
    where {{ month_of('commitments.cancelled_on') }} <= days.as_of_month
),

-- Negative usage gives back what was drawn last: what stands drawn up to a version and month is
-- the least that was drawn to date from there to the cancellation.
standing as (
    select
        drawn.*,
        cancelled.cancelled_month,
        cancelled.cancelled_on,
        cancelled.committed_amount,
        cancelled.begun_amount,
        greatest(min(drawn.used_to_date) over (
            partition by drawn.contract_id
            order by drawn.service_month, drawn.contract_line_id, drawn.effective_on
            rows between current row and unbounded following
        ), 0) as standing_to_date
    from drawn
    inner join cancelled on drawn.contract_id = cancelled.contract_id
    where drawn.is_drawing and drawn.service_month < cancelled.cancelled_month
),

-- Of that, the cut takes the cover from what lies beyond what was begun; what was beyond the whole
-- commitment is overage of its own month already.
uncovered as (
    select
        *,
        greatest(standing_to_date - begun_amount, 0)
        - greatest(standing_to_date - committed_amount, 0) as uncovered_to_date
    from standing
),

stepped as (
    select
        *,
        uncovered_to_date - coalesce(lag(uncovered_to_date) over (
            partition by contract_id order by service_month, contract_line_id, effective_on
        ), 0) as uncovered_amount
    from uncovered
),

cut as (
    select
        contract_id,
        contract_line_id,
        effective_on,
        cancelled_month as service_month,
        {{ month_start('cancelled_month') }} as service_from,
        cancelled_on as service_to,
        cast(sum(uncovered_amount) as {{ money_type() }}) as overage_amount
    from stepped
    where uncovered_amount <> 0
    group by contract_id, contract_line_id, effective_on, cancelled_month, cancelled_on
)

select * from cut
