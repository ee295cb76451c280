with

grants as (
    select * from {{ ref('int_credit_grants_seen') }}
),

bill_lines as (
    select * from {{ ref('bill_lines') }}
),

uses as (
    select * from {{ ref('int_credits_used') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- Goodwill is drawn by the bills it lowers, the other kinds by the bills they settle.
drawn as (
    select
        grant_id,
        posting_month as month,
        -net_amount as amount
    from bill_lines
    where grant_id is not null
    union all
    select
        grant_id,
        posting_month as month,
        amount
    from uses
),

drawn_totals as (
    select
        grant_id,
        sum(amount) as amount
    from drawn
    group by grant_id
),

movements as (
    select
        grant_id,
        economic_month as month,
        amount as granted,
        0 as drawn,
        0 as expired
    from grants
    union all
    select
        grant_id,
        month,
        0 as granted,
        amount as drawn,
        0 as expired
    from drawn
    union all
    -- What is left on the last day expires.
    select
        grants.grant_id,
        greatest({{ month_of('grants.expires_on') }}, grants.economic_month) as month,
        0 as granted,
        0 as drawn,
        grants.amount - coalesce(drawn_totals.amount, 0) as expired
    from grants
    cross join run_days
    left join drawn_totals on grants.grant_id = drawn_totals.grant_id
    where grants.expires_on <= run_days.as_of
)

select * from movements
