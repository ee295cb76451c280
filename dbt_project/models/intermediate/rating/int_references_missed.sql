with

contracts_missed as (
    select * from {{ ref('int_contract_references_missed') }}
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

tiers as (
    select * from {{ ref('int_price_tiers_bounded') }}
),

lines as (
    select * from {{ ref('stg_crm__contract_lines') }}
),

missed as (
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
),

typed as (
    select
        *,
        cast(null as varchar) as currency,
        cast(null as {{ money_type() }}) as amount
    from missed
),

joined as (
    select {{ exception_columns() }} from typed
    union all
    select {{ exception_columns() }} from contracts_missed
)

select * from joined
