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
    select *, cast(landed_at as date) as landed_on from {{ ref('stg_feeds__files') }}
),

usage_days as (
    select * from {{ ref('int_usage_days_listed') }}
),

-- A month that still runs is asked for up to the run's day.
asked as (
    select
        as_of as last_day,
        {{ month_start('as_of_month') }} as first_day,
        {{ days_covered(month_start('as_of_month'), 'as_of') }} as days
    from days
),

-- A statement that closes on the last day or later; an event on each day; a file since the first.
arrived as (
    select
        'bank' as feed,
        statements.bank_account as key,
        max(case when statements.closed_on >= asked.last_day then 1 else 0 end) as is_there
    from statements
    cross join asked
    group by statements.bank_account
    union all
    select
        'usage' as feed,
        usage_days.entity_id as key,
        case when count(distinct usage_days.used_on) = asked.days then 1 else 0 end
    from usage_days
    inner join asked on usage_days.used_on between asked.first_day and asked.last_day
    group by usage_days.entity_id, asked.days
    union all
    select
        files.feed,
        files.object as key,
        max(case when files.landed_on >= asked.first_day then 1 else 0 end) as is_there
    from files
    inner join asked on files.status = 'loaded' and files.feed in ('crm', 'operations')
    group by files.feed, files.object
),

met as (
    select
        expectations.feed,
        expectations.key,
        expectations.cadence,
        case expectations.feed
            when 'bank' then bank_accounts.entity_id
            when 'usage' then expectations.key
        end as entity_id,
        coalesce(arrived.is_there = 1, false) as is_met
    from expectations
    left join bank_accounts
        on expectations.feed = 'bank'
            and replace(expectations.key, ' ', '') = replace(bank_accounts.bank_account, ' ', '')
    left join arrived
        on expectations.feed = arrived.feed
            and replace(expectations.key, ' ', '') = arrived.key
),

-- What names no entity is waited for by each.
final as (
    select
        met.feed,
        met.key,
        met.cadence,
        met.is_met,
        entities.entity_id,
        entities.as_of_month as month
    from met
    inner join entities
        on coalesce(met.entity_id, entities.entity_id) = entities.entity_id
)

select * from final
