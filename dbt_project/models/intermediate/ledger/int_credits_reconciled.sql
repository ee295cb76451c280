with

balances as (
    select * from {{ ref('credit_balances') }}
),

grants as (
    select * from {{ ref('int_credit_grants_seen') }}
),

bill_lines as (
    select * from {{ ref('bill_lines') }}
),

uses as (
    select * from {{ ref('int_credits_used') }}
),

control_accounts as (
    select * from {{ ref('int_control_accounts_summed') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- Granted, by the grants themselves, less what bills and applications took, what has expired and
-- what is left: nought, grant by grant.
facts as (
    select grant_id, amount from grants
    union all
    select grant_id, net_amount from bill_lines where grant_id is not null
    union all
    select grant_id, -amount from uses
    union all
    select balances.grant_id, -balances.expired
        - case when balances.month = entities.as_of_month then balances.closing else 0 end
    from balances
    inner join entities on balances.entity_id = entities.entity_id
),

off_by as (
    select
        grant_id,
        sum(amount) as amount
    from facts
    group by grant_id
),

-- A credit used on a bill of another entity leaves the customer credits of that one.
figures as (
    select
        'credits_granted_equal_used_expired_and_left' as check_name, grants.entity_id,
        grants.currency, grants.amount as expected, grants.amount + abs(off_by.amount) as actual
    from grants
    inner join off_by on grants.grant_id = off_by.grant_id
    union all
    select 'customer_credits_equal_credits_left', balances.entity_id, balances.currency,
        balances.closing, 0
    from balances
    inner join entities
        on balances.entity_id = entities.entity_id and balances.month = entities.as_of_month
    where balances.kind <> 'goodwill'
    union all
    select 'customer_credits_equal_credits_left', grants.entity_id, uses.currency, uses.amount, 0
    from uses
    inner join grants on uses.grant_id = grants.grant_id
    where uses.entity_id <> grants.entity_id
    union all
    select 'customer_credits_equal_credits_left', uses.entity_id, uses.currency, -uses.amount, 0
    from uses
    inner join grants on uses.grant_id = grants.grant_id
    where uses.entity_id <> grants.entity_id
    union all
    select 'customer_credits_equal_credits_left', entity_id, currency, 0, -closing
    from control_accounts
    where report_line = 'customer_credits'
)

select
    figures.check_name, figures.entity_id, entities.as_of_month as month, figures.currency,
    cast(sum(figures.expected) as {{ money_type() }}) as expected,
    cast(sum(figures.actual) as {{ money_type() }}) as actual
from figures
inner join entities on figures.entity_id = entities.entity_id
where entities.first_open_month <= entities.as_of_month
group by figures.check_name, figures.entity_id, entities.as_of_month, figures.currency
