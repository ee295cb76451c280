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

tier_terms as (
    select
        contract_line_id,
        effective_on,
        {{ joined_text(
            terms_text(['tier_no', 'up_to', 'unit_price', 'flat_amount', 'rate']), 'tier_no'
        ) }} as tier_terms
    from tiers
    group by contract_line_id, effective_on
),

resolved as (
    select
        lines.*,
        contracts.customer_id,
        contracts.entity_id,
        contracts.business_model,
        contracts.currency,
        contracts.prices_include_tax,
        contracts.contract_id is not null as has_contract,
        coalesce(lines.ends_on, contracts.ends_on) as term_ends_on,
        case when contracts.status = 'cancelled' then contracts.cancelled_on end as cancelled_on,
        tier_terms.tier_terms,
        first_value(lines.starts_on) over (
            partition by lines.contract_line_id order by lines.effective_on
        ) as line_starts_on
    from lines
    left join contracts on lines.contract_id = contracts.contract_id
    left join tier_terms
        on lines.contract_line_id = tier_terms.contract_line_id
        and lines.effective_on = tier_terms.effective_on
),

compared as (
    select
        *,
        {{ terms_text([
            'contract_id', 'product_id', 'account_id', 'charge_model', 'billing_frequency',
            'billing_anchor', 'billing_timing', 'quantity', 'unit_price', 'included_quantity',
            'package_size', 'fixed_fee', 'rate', 'minimum_amount', 'maximum_amount',
            'commitment_amount', 'discount_percent', 'accumulate_over', 'aggregate_by',
            'flat_at_zero', 'bundle_id', 'revenue_rule', 'modification_method', 'term_ends_on',
            'tier_terms',
        ]) }} as terms
    from resolved
),

-- A version equal to its predecessor is none.
changed as (
    select
        *,
        coalesce(
            lag(terms) over (partition by contract_line_id order by effective_on), ''
        ) <> terms as is_changed
    from compared
),

versioned as (
    select
        {{ all_but(['terms', 'is_changed', 'tier_terms']) }},
        row_number() over (partition by contract_line_id order by effective_on) as version_no,
        greatest(effective_on, line_starts_on) as valid_from,
        lead(effective_on) over (
            partition by contract_line_id order by effective_on
        ) as next_effective_on
    from changed
    where is_changed
),

ended as (
    select
        *,
        least(
            {{ add_days('next_effective_on', -1) }},
            term_ends_on,
            cancelled_on
        ) as valid_to
    from versioned
)

select * from ended
