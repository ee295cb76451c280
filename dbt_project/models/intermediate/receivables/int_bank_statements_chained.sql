with recursive

days as (
    select * from {{ ref('stg_run__days') }}
),

loaded as (
    select * from {{ ref('int_bank_statements_loaded') }}
),

-- The bank's own order inside a day: its numbers, then the order of loading.
seen as (
    select
        loaded.*,
        dense_rank() over (
            partition by bank_account, loaded.currency order by closed_on
        ) as day_no,
        row_number() over (
            partition by bank_account, loaded.currency, closed_on
            order by
                length(statement_number) nulls last,
                statement_number nulls last,
                file_no,
                statement_no
        ) as place
    from loaded
    cross join days
    where loaded.closed_on <= days.as_of
),

-- A day begins with a statement that goes on from the day before, else with one that no other
-- of the day leads to.
starts as (
    select
        seen.statement_id,
        row_number() over (
            partition by seen.bank_account, seen.currency, seen.day_no
            order by
                max(case when other.day_no = seen.day_no - 1 then 1 else 0 end) desc,
                max(case when other.day_no = seen.day_no then 1 else 0 end),
                seen.place
        ) as choice
    from seen
    left join seen as other
        on seen.bank_account = other.bank_account
            and seen.currency = other.currency
            and seen.opening = other.closing
            and other.day_no between seen.day_no - 1 and seen.day_no
            and seen.statement_id <> other.statement_id
    group by
        seen.statement_id, seen.bank_account, seen.currency, seen.day_no, seen.place
),

-- Several statements of one day stand in the order in which their balances lead to each other.
-- The walk takes as many steps as the busiest day has statements.
walk as (
    select
        seen.bank_account, seen.currency, seen.day_no, seen.statement_id, seen.closing,
        1 as step,
        '|' || seen.statement_id || '|' as walked
    from seen
    inner join starts using (statement_id)
    where starts.choice = 1

    union all

    select bank_account, currency, day_no, statement_id, closing, step, walked
    from (
        select
            seen.bank_account, seen.currency, seen.day_no, seen.statement_id, seen.closing,
            walk.step + 1 as step,
            walk.walked || seen.statement_id || '|' as walked,
            row_number() over (
                partition by seen.bank_account, seen.currency, seen.day_no
                order by
                    case when seen.opening = walk.closing then 0 else 1 end,
                    case when seen.opening = seen.closing then 0 else 1 end,
                    seen.place
            ) as choice
        from walk
        inner join seen using (bank_account, currency, day_no)
        where not {{ text_holds('walk.walked', "'|' || seen.statement_id || '|'") }}
    ) as next_ones
    where choice = 1
),

chained as (
    select
        seen.*,
        lag(seen.statement_id) over chain as previous_statement_id,
        lag(seen.closing) over chain as previous_closing,
        row_number() over chain as chain_no
    from seen
    inner join walk using (statement_id)
    window chain as (
        partition by seen.bank_account, seen.currency order by seen.day_no, walk.step
    )
)

select * from chained
