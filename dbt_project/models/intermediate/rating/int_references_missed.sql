with

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

accounts as (
    select * from {{ ref('stg_crm__accounts') }}
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

tiers as (
    select * from {{ ref('int_price_tiers_bounded') }}
),

lines as (
    select * from {{ ref('stg_crm__contract_lines') }}
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
        'unknown_customer' as kind,
        'crm.accounts' as object,
        accounts.account_id as key,
        null as entity_id,
        accounts.opened_on as dated_on,
        'The account belongs to a customer that does not exist.' as reason,
        'Send the customer, or the account in good form.' as remedy,
        accounts.source_file,
        accounts.source_row
    from accounts
    left join customers on accounts.customer_id = customers.customer_id
    where customers.customer_id is null
    union all
    select
        'unknown_entity' as kind,
        'crm.customers' as object,
        customers.customer_id as key,
        null as entity_id,
        null as dated_on,
        'The customer belongs to a legal entity that does not exist.' as reason,
        'Add the entity to the seeds, or send the customer in good form.' as remedy,
        customers.source_file,
        customers.source_row
    from customers
    left join entities on customers.entity_id = entities.entity_id
    where entities.entity_id is null
    union all
    select
        'unknown_contract_line' as kind,
        'crm.price_tiers' as object,
        tiers.contract_line_id || coalesce('/' || cast(tiers.effective_on as varchar), '')
            || '/' || cast(tiers.tier_no as varchar) as key,
        null as entity_id,
        tiers.effective_on as dated_on,
        'The tier names a contract line version that does not exist.' as reason,
        'Send the version of that effective_on, or delete the tier.' as remedy,
        tiers.source_file,
        tiers.source_row
    from tiers
    left join lines
        on tiers.contract_line_id = lines.contract_line_id
        and tiers.effective_on = lines.effective_on
    where lines.contract_line_id is null
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
)

select * from missed
