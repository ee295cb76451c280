with

priced as (
    select * from {{ ref('int_obligations_priced') }}
),

bundles as (
    select * from {{ ref('int_bundles_allocated') }}
),

standalone_prices as (
    select * from {{ ref('int_standalone_prices_summed') }}
),

-- What a bundle shares is settled by the first versions: a line's own later changes stay its own.
identified as (
    select
        {{ all_but(['transaction_price'], 'priced') }},
        cast(
            priced.transaction_price + coalesce(bundles.shared_in, 0) as {{ money_type() }}
        ) as transaction_price,
        cast(coalesce(
            bundles.standalone_price, standalone_prices.standalone_price, priced.transaction_price
        ) as {{ money_type() }}) as standalone_price
    from priced
    left join bundles on priced.obligation_id = bundles.obligation_id
    left join standalone_prices on priced.obligation_id = standalone_prices.contract_line_id
)

select * from identified
