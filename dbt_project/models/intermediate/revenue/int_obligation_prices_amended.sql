with

stepped as (
    select * from {{ ref('int_obligation_prices_stepped') }}
),

bundles as (
    select * from {{ ref('int_bundles_allocated') }}
),

-- The share of a bundle is part of the price from the first version on.
amended as (
    select
        stepped.obligation_id,
        stepped.step_no,
        stepped.effective_on,
        stepped.ends_on,
        stepped.is_catch_up,
        cast(
            stepped.price_after + coalesce(bundles.shared_in, 0) as {{ money_type() }}
        ) as price_after
    from stepped
    left join bundles on stepped.obligation_id = bundles.obligation_id
)

select * from amended
