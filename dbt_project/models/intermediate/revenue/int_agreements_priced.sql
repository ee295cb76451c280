with

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

parts as (
    select * from {{ ref('int_commitment_parts_shared') }}
),

milestones as (
    select * from {{ ref('stg_crm__milestones') }}
),

completed as (
    select * from {{ ref('int_milestones_completed') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

tax_rates as (
    select * from {{ ref('tax_rates') }}
),

-- All the parts of a commitment, those that a cancellation keeps from beginning too, and all the
-- milestones of a line; of a cancelled one what was completed by then.
agreed as (
    select
        contract_line_id, 'commitment' as kind,
        cast(period_no as varchar) as item,
        amount, is_begun,
        coalesce(service_to, service_from) as dated_on,
        cast(null as date) as completed_on, cast(null as varchar) as document_id
    from parts
    union all
    select
        milestones.contract_line_id, 'milestone' as kind, milestones.milestone_id as item,
        milestones.amount, true as is_begun,
        coalesce(completed.completed_on, milestones.planned_on, versions.line_starts_on),
        completed.completed_on, completed.document_id
    from milestones
    inner join versions
        on
            milestones.contract_line_id = versions.contract_line_id
            and versions.version_no = 1
    left join completed
        on
            milestones.milestone_id = completed.milestone_id
            and not completed.is_after_cancellation
    where versions.cancelled_on is null or completed.milestone_id is not null
),

rated as (
    select
        agreed.*,
        versions.prices_include_tax, currencies.minor_units,
        coalesce(tax_rates.rate, 0) as tax_rate,
        row_number() over (
            partition by agreed.contract_line_id, agreed.kind, agreed.item
            order by tax_rates.entity_id asc nulls last, tax_rates.valid_from desc nulls last
        ) as rate_rank
    from agreed
    inner join versions
        on
            agreed.contract_line_id = versions.contract_line_id
            and versions.version_no = 1
    inner join currencies on versions.currency = currencies.currency
    left join products on versions.product_id = products.product_id
    left join tax_rates
        on
            products.tax_code = tax_rates.tax_code
            and versions.entity_id = coalesce(tax_rates.entity_id, versions.entity_id)
            and tax_rates.valid_from <= agreed.dated_on
),

netted as (
    select
        contract_line_id, kind, item, is_begun,
        case
            when prices_include_tax then {{ net_inside('amount', 'tax_rate', 'minor_units') }}
            else {{ round_money('amount', 'minor_units') }}
        end as net_amount,
        completed_on, document_id
    from rated
    where rate_rank = 1
)

select * from netted
