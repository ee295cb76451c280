with

defects as (
    select * from {{ ref('int_contract_lines_checked') }}
),

owners as (
    select * from {{ ref('int_accounts_owned') }}
),

contracts_refused as (
    select * from {{ ref('stg_crm__contracts_refused') }}
),

accounts_refused as (
    select * from {{ ref('stg_crm__accounts_refused') }}
),

found as (
    select
        kind,
        'crm.contract_lines' as object,
        contract_line_id || '/' || cast(effective_on as varchar) as key,
        entity_id,
        effective_on as dated_on,
        null as amount,
        case kind
            when 'amended_once_only' then 'Contract line ' || contract_line_id
                || ' has one version, being milestones or a commitment; the later is not used.'
            when 'bad_tiers' then 'The tiers of contract line ' || contract_line_id
                || ' do not rise to exactly one open tier, the last.'
            else 'Contract line ' || contract_line_id || ' cannot be billed: ' || kind || '.'
        end as reason,
        'Mend the line or what it names; the contract''s other lines are billed.' as remedy,
        source_file,
        source_row
    from defects
    where kind not in ('unknown_customer', 'unknown_entity', 'unknown_currency')
    union all
    select
        'contract_changed' as kind,
        'crm.contracts' as object,
        contract_id || changed as key,
        first_entity_id as entity_id,
        cast(updated_at as date) as dated_on,
        null as amount,
        'The version changes the customer, entity or currency of the contract and is not used.'
            as reason,
        'Send the version with what the contract was signed with, or a new contract.' as remedy,
        source_file,
        source_row
    from contracts_refused
    union all
    select
        'account_changed' as kind,
        'crm.accounts' as object,
        accounts_refused.account_id || accounts_refused.changed as key,
        owners.entity_id,
        cast(accounts_refused.updated_at as date) as dated_on,
        null as amount,
        'The version changes the customer of the account and is not used.' as reason,
        'Send the version with its first customer, or a new account.' as remedy,
        accounts_refused.source_file,
        accounts_refused.source_row
    from accounts_refused
    left join owners on accounts_refused.account_id = owners.account_id
),

typed as (
    select
        kind,
        object,
        key,
        entity_id,
        dated_on,
        cast(null as varchar) as currency,
        cast(amount as {{ money_type() }}) as amount,
        reason,
        remedy,
        source_file,
        source_row
    from found
)

select * from typed
