with

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

rules as (
    select * from {{ ref('revenue_rules') }}
),

contract_checks as (
    select
        contracts.*,
        case
            when customers.customer_id is null then 'unknown_customer'
            when entities.entity_id is null then 'unknown_entity'
            when currencies.currency is null then 'unknown_currency'
            when contracts.status = 'cancelled' and contracts.cancelled_on is null then 'bad_terms'
        end as kind,
        entities.entity_id as known_entity_id
    from contracts
    left join customers on contracts.customer_id = customers.customer_id
    left join entities on contracts.entity_id = entities.entity_id
    left join currencies on contracts.currency = currencies.currency
),

rule_checks as (
    select
        versions.*,
        case
            when rules.revenue_rule is null then 'unknown_revenue_rule'
            when position(
                '|' || versions.charge_model || '|' in '|' || rules.charge_models || '|'
            ) = 0 then 'revenue_rule_mismatch'
        end as kind
    from versions
    left join rules on versions.revenue_rule = rules.revenue_rule
    where versions.has_contract
),

missed as (
    select
        kind,
        'crm.contracts' as object,
        contract_id as key,
        known_entity_id as entity_id,
        starts_on as dated_on,
        'The contract names a customer, entity or currency that does not exist, or no last day.'
            as reason,
        'Send what it names, or the contract in good form.' as remedy,
        source_file,
        source_row
    from contract_checks
    where kind is not null
    union all
    select
        kind,
        'crm.contract_lines' as object,
        contract_line_id || '/' || cast(effective_on as varchar) as key,
        entity_id,
        effective_on as dated_on,
        'The revenue rule does not exist or does not fit the charge model.' as reason,
        'Correct the rule of the line; it is billed meanwhile.' as remedy,
        source_file,
        source_row
    from rule_checks
    where kind is not null
),

typed as (
    select
        *,
        cast(null as varchar) as currency,
        cast(null as {{ money_type() }}) as amount
    from missed
)

select * from typed
