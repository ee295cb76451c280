with

cumulated as (
    select * from {{ ref('int_straight_lines_cumulated') }}
),

rounded as (
    select * from {{ ref('int_straight_lines_rounded') }}
),

-- The rule's own rounding where it holds, else cumulative rounding.
scheduled as (
    select * from rounded
    union all
    select cumulated.*
    from cumulated
    left join (select obligation_id from rounded group by obligation_id) as other
        on cumulated.obligation_id = other.obligation_id
    where other.obligation_id is null
)

select * from scheduled
