with

usage as (
    select * from {{ ref('unrated_usage') }}
),

refused_events as (
    select * from {{ ref('int_usage_events_refused') }}
),

owners as (
    select * from {{ ref('int_accounts_owned') }}
),

rated as (
    select * from {{ ref('int_usage_priced') }}
    where amount is null
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

-- The amount of an exception is what a waiver is given for: one that grows is open again.
found as (
    select
        'unrated_usage' as kind,
        'usage.events' as object,
        {{ key_part('account_id') }} || '/' || {{ key_part('product_id') }} || '/'
            || {{ month_of('used_on') }} || '/' || reason as key,
        entity_id,
        min(used_on) as dated_on,
        {{ figure_of('sum(quantity)') }} as amount,
        'No contract line takes the usage: ' || reason || '.' as reason,
        'Send the account, product or contract line that takes it, or waive it.' as remedy,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row
    from usage
    group by account_id, product_id, {{ month_of('used_on') }}, reason, entity_id
    union all
    select
        'usage_conflict' as kind,
        'usage.events' as object,
        refused_events.event_id || '/' || cast(refused_events.revision as varchar) as key,
        any_value(owners.entity_id) as entity_id,
        min(cast(refused_events.occurred_at as date)) as dated_on,
        cast(count(*) as {{ money_type() }}) as amount,
        'A copy or revision of the event differs from what its id first said.' as reason,
        'Send the change as a higher revision with the same account, product and time, or waive it.'
            as remedy,
        min(refused_events.source_file) as source_file,
        min(refused_events.source_row) as source_row
    from refused_events
    left join owners on refused_events.first_account_id = owners.account_id
    group by refused_events.event_id, refused_events.revision
    union all
    select
        'amount_too_large' as kind,
        'crm.contract_lines' as object,
        rated.contract_line_id || '/' || cast(rated.effective_on as varchar) || '/'
            || rated.service_month || coalesce('/' || rated.account_id, '') as key,
        versions.entity_id,
        rated.service_to as dated_on,
        null as amount,
        'The rated amount is larger than money can hold; nothing is billed for it.' as reason,
        'Correct the usage or the price.' as remedy,
        versions.source_file,
        versions.source_row
    from rated
    inner join versions
        on rated.contract_line_id = versions.contract_line_id
        and rated.effective_on = versions.effective_on
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
