-- What keeps a line from being billed under the terms at hand: a plan must add nothing to it.
with

defects as (
    select * from {{ ref('int_contract_lines_checked') }}
),

rated as (
    select * from {{ ref('int_usage_priced') }}
),

listed as (
    select * from {{ ref('int_charges_listed') }}
),

priced as (
    select * from {{ ref('int_charges_priced') }}
),

untaxed as (
    select listed.*
    from listed
    left join priced on listed.bill_line_id = priced.bill_line_id
    where priced.bill_line_id is null
),

found as (
    select
        contract_line_id,
        effective_on,
        kind
    from defects
    union all
    select
        contract_line_id,
        effective_on,
        'amount_too_large' as kind
    from rated
    where amount is null
    union all
    select
        contract_line_id,
        effective_on,
        'no_tax_rate' as kind
    from untaxed
),

grouped as (
    select
        contract_line_id,
        effective_on,
        kind
    from found
    group by contract_line_id, effective_on, kind
)

select * from grouped
