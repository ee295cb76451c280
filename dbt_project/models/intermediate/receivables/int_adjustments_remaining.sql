with

adjustments as (
    select * from {{ ref('int_adjustments_accepted') }}
),

totalled as (
    select
        *,
        sum(amount) over (
            partition by bill_id order by dated_on, adjustment_id
            rows between unbounded preceding and current row
        ) as total
    from adjustments
    where bill_id is not null
),

-- The lowest total that comes after: what lies above it has been taken back.
lowest_after as (
    select
        *,
        min(total) over (
            partition by bill_id order by dated_on, adjustment_id
            rows between current row and unbounded following
        ) as lowest_total
    from totalled
),

-- A negative adjustment takes back the last first.
remaining as (
    select
        adjustment_id,
        bill_id,
        dated_on,
        greatest(lowest_total - (total - amount), 0) as amount
    from lowest_after
    where amount > 0
)

select * from remaining where amount > 0
