with

journal_totals as (
    select * from {{ ref('int_journal_lines_summed') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

movements as (
    select
        entity_id, account_code, currency, functional_currency, month,
        sum(debit) as debit,
        sum(credit) as credit,
        sum(functional_debit) as functional_debit,
        sum(functional_credit) as functional_credit
    from journal_totals
    group by entity_id, account_code, currency, functional_currency, month
),

accounts as (
    select
        entity_id, account_code, currency, functional_currency,
        min(month) as first_month,
        max(month) as last_month
    from movements
    group by entity_id, account_code, currency, functional_currency
),

-- An account once used stands in every month up to the as-of one, moved or not.
account_months as (
    select
        accounts.entity_id, accounts.account_code, accounts.currency,
        accounts.functional_currency, months.month
    from accounts
    inner join entities on accounts.entity_id = entities.entity_id
    inner join months
        on months.month between accounts.first_month
            and greatest(accounts.last_month, entities.as_of_month)
),

moved as (
    select
        account_months.*,
        coalesce(movements.debit, 0) as debit,
        coalesce(movements.credit, 0) as credit,
        coalesce(movements.functional_debit, 0) as functional_debit,
        coalesce(movements.functional_credit, 0) as functional_credit
    from account_months
    left join movements
        on account_months.entity_id = movements.entity_id
            and account_months.account_code = movements.account_code
            and account_months.currency = movements.currency
            and account_months.functional_currency = movements.functional_currency
            and account_months.month = movements.month
),

balanced as (
    select
        *,
        sum(debit - credit) over (
            partition by entity_id, account_code, currency, functional_currency
            order by month
            rows between unbounded preceding and current row
        ) as closing,
        sum(functional_debit - functional_credit) over (
            partition by entity_id, account_code, currency, functional_currency
            order by month
            rows between unbounded preceding and current row
        ) as functional_closing
    from moved
)

select
    entity_id, account_code, month, currency,
    cast(closing - debit + credit as decimal(20, 4)) as opening,
    cast(debit as decimal(20, 4)) as debit,
    cast(credit as decimal(20, 4)) as credit,
    cast(closing as decimal(20, 4)) as closing,
    functional_currency,
    cast(functional_closing - functional_debit + functional_credit as decimal(20, 4))
        as functional_opening,
    cast(functional_debit as decimal(20, 4)) as functional_debit,
    cast(functional_credit as decimal(20, 4)) as functional_credit,
    cast(functional_closing as decimal(20, 4)) as functional_closing
from balanced
