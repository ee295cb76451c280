with

judged as (
    select * from {{ ref('int_waivers_judged') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by exception_id
            order by waived_on, waiver_id
        ) as waiver_rank
    from judged
    where is_valid
)

select * from ranked where waiver_rank = 1
