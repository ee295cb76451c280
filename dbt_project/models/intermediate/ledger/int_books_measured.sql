with

journal_lines as (
    select * from {{ ref('journal_lines') }}
),

journal_totals as (
    select * from {{ ref('int_journal_lines_summed') }}
),

trial_balance as (
    select * from {{ ref('trial_balance') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

vouchers as (
    select
        entity_id,
        voucher_number,
        sum({{ signed_by_side('side', 'amount') }}) as imbalance,
        coalesce(sum({{ signed_by_side('side', 'functional_amount') }}), 0)
            as functional_imbalance
    from journal_lines
    group by entity_id, voucher_number, currency
),

vouchers_counted as (
    select
        entity_id,
        count(*) as vouchers,
        sum(case when imbalance = 0 and functional_imbalance = 0 then 1 else 0 end) as balanced
    from vouchers
    group by entity_id
),

-- What an account brings forward, read from the journal itself and from the trial balance.
brought_forward as (
    select
        trial_balance.entity_id,
        trial_balance.account_code,
        trial_balance.currency,
        trial_balance.opening,
        coalesce(sum(journal_totals.debit - journal_totals.credit), 0) as prior_closing
    from trial_balance
    inner join entities
        on trial_balance.entity_id = entities.entity_id
            and trial_balance.month = entities.as_of_month
    left join journal_totals
        on trial_balance.entity_id = journal_totals.entity_id
            and trial_balance.account_code = journal_totals.account_code
            and trial_balance.currency = journal_totals.currency
            and journal_totals.month < trial_balance.month
    group by
        trial_balance.entity_id, trial_balance.account_code, trial_balance.currency,
        trial_balance.opening
),

figures as (
    select
        'debits_equal_credits' as check_name, entity_id, currency,
        sum(debit) as expected, sum(credit) as actual
    from trial_balance
    group by entity_id, currency
    union all
    select
        'functional_debits_equal_credits', entity_id, functional_currency,
        sum(functional_debit), sum(functional_credit)
    from trial_balance
    group by entity_id, functional_currency
    union all
    select 'every_voucher_balances', entity_id, null, vouchers, balanced
    from vouchers_counted
    union all
    select
        'trial_balance_opening_equals_prior_closing', entity_id, null,
        count(*), sum(case when opening = prior_closing then 1 else 0 end)
    from brought_forward
    group by entity_id
),

measured as (
    select
        figures.check_name,
        figures.entity_id,
        entities.as_of_month as month,
        figures.currency,
        cast(figures.expected as {{ money_type() }}) as expected,
        cast(figures.actual as {{ money_type() }}) as actual
    from figures
    inner join entities on figures.entity_id = entities.entity_id
)

select * from measured
