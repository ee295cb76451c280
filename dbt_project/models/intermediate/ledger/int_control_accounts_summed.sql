with

trial_balance as (
    select * from {{ ref('trial_balance') }}
),

chart_of_accounts as (
    select * from {{ ref('chart_of_accounts') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- By what an account is for, whatever its code: a figure posted to the wrong account is missing
-- here.
summed as (
    select
        trial_balance.entity_id,
        entities.as_of_month as month,
        chart_of_accounts.report_line,
        trial_balance.currency,
        cast(sum(trial_balance.closing) as {{ money_type() }}) as closing
    from trial_balance
    inner join entities
        on trial_balance.entity_id = entities.entity_id
            and trial_balance.month = entities.as_of_month
    inner join chart_of_accounts
        on trial_balance.account_code = chart_of_accounts.account_code
    group by
        trial_balance.entity_id, entities.as_of_month, chart_of_accounts.report_line,
        trial_balance.currency
)

select * from summed
