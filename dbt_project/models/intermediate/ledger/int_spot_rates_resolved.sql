with

needed as (
    select * from {{ ref('int_rates_needed') }}
),

rates as (
    select * from {{ ref('stg_operations__fx_rates') }}
),

spot_rates as (
    select * from rates where rate_type = 'spot' and rate > 0
),

-- The functional currency itself needs no rate.
at_par as (
    select
        entity_id,
        from_currency,
        rate_on,
        to_currency,
        cast(1 as decimal(20, 12)) as rate,
        rate_on as quoted_on,
        0 as means
    from needed
    where from_currency = to_currency
),

-- A quote holds for seven days.
direct as (
    select
        needed.entity_id,
        needed.from_currency,
        needed.rate_on,
        needed.to_currency,
        spot_rates.rate,
        spot_rates.rate_on as quoted_on,
        1 as means
    from needed
    inner join spot_rates
        on needed.from_currency = spot_rates.from_currency
            and needed.to_currency = spot_rates.to_currency
            and spot_rates.rate_on between {{ add_days('needed.rate_on', '-7') }} and needed.rate_on
    where needed.from_currency <> needed.to_currency
),

inverse as (
    select
        needed.entity_id,
        needed.from_currency,
        needed.rate_on,
        needed.to_currency,
        {{ inverse_rate('spot_rates.rate') }} as rate,
        spot_rates.rate_on as quoted_on,
        2 as means
    from needed
    inner join spot_rates
        on needed.from_currency = spot_rates.to_currency
            and needed.to_currency = spot_rates.from_currency
            and spot_rates.rate_on between {{ add_days('needed.rate_on', '-7') }} and needed.rate_on
    where needed.from_currency <> needed.to_currency
),

quoted as (
    select * from at_par
    union all
    select * from direct
    union all
    select * from inverse
),

-- The pair as it is quoted goes before its inverse, however much fresher that is; then the latest
-- quote. Every pair ends in the functional currency, so there is nothing left to cross through it.
ranked as (
    select
        *,
        row_number() over (
            partition by entity_id, from_currency, to_currency, rate_on
            order by means, quoted_on desc
        ) as quote_rank
    from quoted
)

select
    entity_id,
    from_currency,
    rate_on,
    to_currency,
    rate,
    quoted_on,
    case means when 0 then 'par' when 1 then 'direct' else 'inverse' end as resolved_by
from ranked
where quote_rank = 1
