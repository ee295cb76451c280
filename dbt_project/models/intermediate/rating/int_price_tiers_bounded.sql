with

tiers as (
    select * from {{ ref('stg_crm__price_tiers') }}
),

lines as (
    select * from {{ ref('stg_crm__contract_lines') }}
),

first_versions as (
    select
        contract_line_id,
        min(effective_on) as first_effective_on
    from lines
    group by contract_line_id
),

-- A tier without a day of its own belongs to the line's first version.
dated as (
    select
        {{ all_but(['effective_on'], 'tiers') }},
        coalesce(tiers.effective_on, first_versions.first_effective_on) as effective_on
    from tiers
    left join first_versions on tiers.contract_line_id = first_versions.contract_line_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by contract_line_id, effective_on, tier_no
            order by updated_at desc nulls last, file_no desc, source_row desc
        ) as version_rank
    from dated
),

bounded as (
    select
        contract_line_id,
        effective_on,
        tier_no,
        up_to,
        unit_price,
        flat_amount,
        rate,
        coalesce(
            lag(up_to) over (partition by contract_line_id, effective_on order by tier_no), 0
        ) as lower_bound,
        row_number() over (
            partition by contract_line_id, effective_on order by tier_no
        ) as position,
        lead(tier_no) over (
            partition by contract_line_id, effective_on order by tier_no
        ) is null as is_last,
        source_file,
        source_row
    from ranked
    where version_rank = 1 and not is_deleted
)

select * from bounded
