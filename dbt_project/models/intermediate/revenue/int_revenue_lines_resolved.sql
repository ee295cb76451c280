with

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

rules as (
    select * from {{ ref('revenue_rules') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

-- Rule and bundle are those of the first version, the end that of the last.
first_versions as (
    select * from versions where version_no = 1 and has_contract
),

last_versions as (
    select * from versions where next_effective_on is null
),

resolved as (
    select
        first_versions.contract_line_id,
        first_versions.contract_id,
        first_versions.customer_id,
        first_versions.entity_id,
        first_versions.product_id,
        first_versions.bundle_id,

        products.product_line,
        first_versions.charge_model,
        first_versions.billing_frequency,
        first_versions.currency,
        currencies.minor_units,

        first_versions.revenue_rule,
        rules.method,
        rules.trigger,
        rules.path,
        rules.measure,
        rules.progress_type,
        rules.rounding,
        rules.source_approval,

        -- Milestones are one obligation whatever their end.
        last_versions.term_ends_on is null and first_versions.charge_model <> 'milestone'
            as is_open_ended,
        rules.revenue_rule is not null as rule_is_known,
        coalesce(
            '|' || rules.charge_models || '|' like '%|' || first_versions.charge_model || '|%',
            false
        ) as rule_fits,
        -- The ways of recognition that are laid out; a line of any other is an open exception.
        coalesce(
            '|' || rules.charge_models || '|' like '%|' || first_versions.charge_model || '|%'
            and (
                rules.method in (
                    'straight_line_daily', 'straight_line_monthly', 'straight_line_prorated',
                    'usage'
                )
                or rules.method in ('point_in_time', 'progress', 'milestone')
                or rules.method = 'commitment' and last_versions.term_ends_on is not null
            )
            and (
                first_versions.bundle_id is null
                or last_versions.term_ends_on is null
                or rules.method = 'usage'
                or rules.trigger not in ('invoice', 'receipt')
            ),
            false
        ) as is_recognised,

        first_versions.line_starts_on as starts_on,
        last_versions.term_ends_on as ends_on,
        first_versions.cancelled_on,

        first_versions.source_file,
        first_versions.source_row
    from first_versions
    inner join last_versions on first_versions.contract_line_id = last_versions.contract_line_id
    left join products on first_versions.product_id = products.product_id
    left join rules on first_versions.revenue_rule = rules.revenue_rule
    left join currencies on first_versions.currency = currencies.currency
)

select * from resolved
