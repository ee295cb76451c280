with

journal_lines as (
    select * from {{ ref('journal_lines') }}
),

-- The journal is read once for all that only wants totals of it.
summed as (
    select
        entity_id,
        posting_month as month,
        event_type,
        account_code,
        product_line,
        currency,
        functional_currency,
        cast(sum(case when side = 'debit' then amount else 0 end) as {{ money_type() }}) as debit,
        cast(sum(case when side = 'credit' then amount else 0 end) as {{ money_type() }})
            as credit,
        cast(
            sum(case when side = 'debit' then coalesce(functional_amount, 0) else 0 end)
            as {{ money_type() }}
        ) as functional_debit,
        cast(
            sum(case when side = 'credit' then coalesce(functional_amount, 0) else 0 end)
            as {{ money_type() }}
        ) as functional_credit
    from journal_lines
    group by
        entity_id, posting_month, event_type, account_code, product_line, currency,
        functional_currency
)

select * from summed
