with

lines as (
    select * from {{ ref('stg_crm__contract_lines') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

unchanged as (
    select * from {{ ref('int_contract_lines_unchanged') }}
),

-- A version equal to its predecessor is none. Versions are counted without their terms, which are
-- many.
numbered as (
    select
        lines.contract_line_id,
        lines.effective_on,
        row_number() over versions as version_no,
        first_value(lines.starts_on) over versions as line_starts_on,
        lead(lines.effective_on) over versions as next_effective_on,
        lead(lines.contract_id) over versions as next_contract_id
    from lines
    left join unchanged
        on lines.contract_line_id = unchanged.contract_line_id
        and lines.effective_on = unchanged.effective_on
    where unchanged.contract_line_id is null
    window versions as (partition by lines.contract_line_id order by lines.effective_on)
),

versioned as (
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
        numbered.line_starts_on,
        numbered.version_no,
        greatest(lines.effective_on, numbered.line_starts_on) as valid_from,
        numbered.next_effective_on,
        numbered.next_contract_id
    from numbered
    inner join lines
        on numbered.contract_line_id = lines.contract_line_id
        and numbered.effective_on = lines.effective_on
    left join contracts on lines.contract_id = contracts.contract_id
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
