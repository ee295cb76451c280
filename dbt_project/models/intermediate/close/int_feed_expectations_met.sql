with

expectations as (
    select * from {{ ref('feed_expectations') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

bank_accounts as (
    select * from {{ ref('stg_operations__company_bank_accounts') }}
),

statements as (
    select * from {{ ref('stg_bank__statements') }}
),

files as (
    select * from {{ ref('stg_feeds__files') }}
),

usage_rolled_up as (
    select * from {{ ref('int_usage_rolled_up') }}
),

-- A month that still runs is asked for up to the run's day.
asked as (
    select
        as_of_month as month,
        {{ month_start('as_of_month') }} as first_day,
        as_of as last_day
    from days
),

-- A statement reaches the month's end when one of its account closes on that day or later.
statements_reached as (
    select
        bank_account,
        max(closed_on) as reached_on
    from statements
    group by bank_account
),

-- The days of the month on which an entity has an event.
days_used as (
    select
        usage_rolled_up.entity_id,
        count(distinct usage_rolled_up.used_on) as days_used
    from usage_rolled_up
    inner join asked
        on usage_rolled_up.used_on between asked.first_day and asked.last_day
    group by usage_rolled_up.entity_id
),

files_arrived as (
    select
        feed,
        object,
        cast(max(landed_at) as date) as arrived_on
    from files
    where status = 'loaded'
    group by feed, object
),

-- An account that nobody has told the owner of is waited for by every entity.
met as (
    select
        expectations.feed,
        expectations.key,
        expectations.cadence,
        case expectations.feed
            when 'bank' then bank_accounts.entity_id
            when 'usage' then expectations.key
        end as entity_id,
        case expectations.feed
            when 'bank' then coalesce(statements_reached.reached_on >= asked.last_day, false)
            when 'usage' then
                coalesce(days_used.days_used, 0)
                = {{ days_covered('asked.first_day', 'asked.last_day') }}
            else coalesce(files_arrived.arrived_on >= asked.first_day, false)
        end as is_met
    from expectations
    cross join asked
    left join bank_accounts
        on expectations.feed = 'bank'
        and replace(expectations.key, ' ', '') = replace(bank_accounts.bank_account, ' ', '')
    left join statements_reached
        on expectations.feed = 'bank'
        and replace(expectations.key, ' ', '') = statements_reached.bank_account
    left join days_used
        on expectations.feed = 'usage'
        and expectations.key = days_used.entity_id
    left join files_arrived
        on expectations.feed = files_arrived.feed
        and expectations.key = files_arrived.object
),

-- What names no entity is waited for by each.
final as (
    select
        met.feed,
        met.key,
        met.cadence,
        entities.entity_id,
        entities.as_of_month as month,
        met.is_met
    from met
    inner join entities
        on coalesce(met.entity_id, entities.entity_id) = entities.entity_id
)

select * from final
