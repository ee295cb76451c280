with

stepped as (
    select * from {{ ref('int_obligation_prices_stepped') }}
),

bundles as (
    select * from {{ ref('int_bundles_allocated') }}
),

credits as (
    select * from {{ ref('int_obligations_credited') }}
),

-- A goodwill credit is a step of its own, in its bill's month, that catches up …
listed as (
    select
        obligation_id,
        effective_on,
        step_no,
        0 as is_credit,
        0 as credit_amount,
        is_catch_up
    from stepped
    union all
    select
        credits.obligation_id,
        greatest({{ month_start('credits.month') }}, stepped.effective_on) as effective_on,
        row_number() over (partition by credits.obligation_id order by credits.month) as step_no,
        1 as is_credit,
        credits.amount as credit_amount,
        true as is_catch_up
    from credits
    inner join stepped on credits.obligation_id = stepped.obligation_id and stepped.step_no = 1
),

ordered as (
    select
        *,
        sum(1 - is_credit) over in_order as version_step,
        sum(credit_amount) over in_order as credited,
        row_number() over in_order as amended_step
    from listed
    window in_order as (
        partition by obligation_id order by effective_on, is_credit, step_no
        rows between unbounded preceding and current row
    )
),

-- … on the price of the versions so far; the share of a bundle is part of it from the first on.
amended as (
    select
        ordered.obligation_id,
        ordered.amended_step as step_no,
        ordered.effective_on,
        greatest(stepped.ends_on, ordered.effective_on) as ends_on,
        ordered.is_catch_up,
        cast(
            stepped.price_after + coalesce(bundles.shared_in, 0) + ordered.credited
            as {{ money_type() }}
        ) as price_after
    from ordered
    inner join stepped
        on ordered.obligation_id = stepped.obligation_id
        and ordered.version_step = stepped.step_no
    left join bundles on ordered.obligation_id = bundles.obligation_id
)

select * from amended
