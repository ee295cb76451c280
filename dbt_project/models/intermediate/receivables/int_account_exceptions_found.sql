with

adjustments as (
    select * from {{ ref('int_adjustments_judged') }}
),

openings as (
    select * from {{ ref('stg_operations__opening_balances') }}
),

grants as (
    select * from {{ ref('stg_operations__credit_grants') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

refused_adjustments as (
    select
        case when reason like 'unknown%' then 'unknown_reference' else 'refused_adjustment' end
            as kind,
        'account_adjustments' as object,
        adjustment_id as key,
        entity_id,
        dated_on,
        currency,
        amount,
        reason || coalesce(': bill ' || bill_id, '') as reason,
        'send the adjustment mended, or is_deleted = true' as remedy,
        source_file,
        source_row
    from adjustments
    where reason is not null and reason <> 'waiting'
),

unknown_openings as (
    select
        'unknown_reference' as kind,
        'opening_balances' as object,
        openings.opening_id as key,
        openings.entity_id,
        openings.as_of as dated_on,
        openings.currency,
        cast(openings.amount as {{ money_type() }}) as amount,
        case
            when customers.customer_id is null then 'no customer ' || openings.customer_id
            else 'no entity ' || openings.entity_id
        end as reason,
        'deliver what it names, or send the opening balance mended' as remedy,
        openings.source_file,
        openings.source_row
    from openings
    cross join run_days
    left join customers on openings.customer_id = customers.customer_id
    left join entities on openings.entity_id = entities.entity_id
    where
        openings.as_of <= run_days.as_of
        and (customers.customer_id is null or entities.entity_id is null)
),

refused_credits as (
    select
        case when openings.amount > 0 then 'credit_id_taken' else 'credit_not_above_zero' end
            as kind,
        'opening_balances' as object, openings.opening_id as key,
        openings.entity_id, openings.as_of as dated_on, openings.currency,
        cast(openings.amount as {{ money_type() }}) as amount,
        case
            when openings.amount > 0 then 'a credit grant has the same id'
            else 'an opening credit is above zero'
        end as reason,
        'send the opening balance mended, or is_deleted = true' as remedy,
        openings.source_file,
        openings.source_row
    from openings
    cross join run_days
    where
        openings.as_of <= run_days.as_of and openings.kind = 'credit'
        and (openings.amount <= 0 or openings.opening_id in (select grant_id from grants))
),

found as (
    select * from refused_adjustments
    union all
    select * from unknown_openings
    union all
    select * from refused_credits
)

select * from found
