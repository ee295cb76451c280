with

splits as (
    select * from {{ ref('stg_operations__receipt_splits') }}
),

standing as (
    select * from {{ ref('int_applications_standing') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

posted as (
    select split_id
    from standing
    where falls_on is null and split_id is not null
    group by split_id
),

-- A reversal of what is posted is dated its own day: until then the split stands.
seen as (
    select
        splits.*,
        posted.split_id is not null as is_posted,
        splits.target = 'bank_charge' and splits.split_on > run_days.as_of as is_charge_to_come
    from splits
    cross join run_days
    left join posted on splits.split_id = posted.split_id
    where
        splits.split_on <= run_days.known_on
        and (
            splits.reversed_on is null
            or splits.reversed_on > run_days.known_on
            or (posted.split_id is not null and splits.reversed_on > run_days.as_of)
        )
),

-- Posted splits come first, then by day and id. While a charge waits for its day, so does all that
-- the receipt pays by split: it may need it.
ordered as (
    select
        *,
        row_number() over (order by case when is_posted then 0 else 1 end, split_on, split_id)
            as split_order,
        max(case when is_charge_to_come then 1 else 0 end) over (partition by receipt_id) = 1
            as waits_for_charge
    from seen
)

select * from ordered
