{{ config(materialized='view') }}
with

lines as (
    select * from {{ ref('stg_crm__contract_lines') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

tiers as (
    select * from {{ ref('int_price_tiers_bounded') }}
),

-- Only a line of several versions has any to compare.
amended as (
    select
        lines.*,
        coalesce(lines.ends_on, contracts.ends_on) as term_ends_on
    from lines
    left join contracts on lines.contract_id = contracts.contract_id
    where lines.contract_line_id in (
        select versions.contract_line_id from lines as versions
        group by versions.contract_line_id
        having count(*) > 1
    )
),

tier_terms as (
    select
        contract_line_id,
        effective_on,
        {{ joined_text(
            terms_text(['tier_no', 'up_to', 'unit_price', 'flat_amount', 'rate']), 'tier_no'
        ) }} as tier_terms
    from tiers
    where contract_line_id in (select contract_line_id from amended)
    group by contract_line_id, effective_on
),

tiered as (
    select
        amended.*,
        tier_terms.tier_terms
    from amended
    left join tier_terms
        on amended.contract_line_id = tier_terms.contract_line_id
        and amended.effective_on = tier_terms.effective_on
),

termed as (
    select
        contract_line_id,
        effective_on,
        {{ terms_text([
            'contract_id', 'product_id', 'account_id', 'charge_model', 'billing_frequency',
            'billing_anchor', 'billing_timing', 'quantity', 'unit_price', 'included_quantity',
            'package_size', 'fixed_fee', 'rate', 'minimum_amount', 'maximum_amount',
            'commitment_amount', 'discount_percent', 'accumulate_over', 'aggregate_by',
            'flat_at_zero', 'bundle_id', 'revenue_rule', 'modification_method', 'term_ends_on',
            'tier_terms',
        ]) }} as terms
    from tiered
),

compared as (
    select
        contract_line_id,
        effective_on,
        coalesce(
            lag(terms) over (partition by contract_line_id order by effective_on), ''
        ) = terms as is_unchanged
    from termed
),

-- A version equal to its predecessor is none.
unchanged as (
    select contract_line_id, effective_on from compared where is_unchanged
)

select * from unchanged
