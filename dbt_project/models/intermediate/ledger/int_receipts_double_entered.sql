with

entries as (
    select * from {{ ref('bank_entries') }}
),

receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

returns as (
    select * from {{ ref('int_bank_returns_matched') }}
),

bank_accounts as (
    select * from {{ ref('stg_operations__company_bank_accounts') }}
),

bank_carried_in as (
    select * from {{ ref('int_bank_openings_carried') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

-- Every entry of an account of ours posts, whatever it is; what lies before the books came in with
-- their opening.
booked as (
    select
        'bank_entry_booked' as event_type,
        'bank_entry' as document_type,
        entries.entry_id as document_id,
        entries.entity_id,
        entries.bank_account,
        bank_accounts.account_code as own_account_code,
        entries.booked_on as document_on,
        entries.currency,
        receipts.customer_id,
        receipts.customer_id is not null as is_identified,
        entries.amount
    from entries
    inner join bank_accounts on entries.bank_account = bank_accounts.bank_account
    left join returns on entries.entry_id = returns.entry_id
    left join receipts on coalesce(returns.receipt_id, entries.receipt_id) = receipts.receipt_id
    where not entries.is_before_books
),

figures as (
    -- Debit the bank account: the money is there (a negative entry credits it: the money has left).
    select *, 'booked' as figure, cast(null as varchar) as figure_customer_id from booked
    union all
    -- Credit customer deposits: a known customer's money, his until it is applied. A return takes
    -- it back.
    select *, 'identified', customer_id from booked where is_identified
    union all
    -- Credit suspense: nothing explains the entry yet; a person has to.
    select *, 'unexplained', null from booked where not is_identified
    union all
    -- Debit the bank account: what it held when the books began.
    select *, 'booked', null from bank_carried_in
    union all
    -- Credit opening clearing: every opening stands against it.
    select *, 'carried_in', null from bank_carried_in
),

double_entered as (
    select
        posting_rules.event_type,
        posting_rules.leg,
        figures.document_type,
        figures.document_id,
        figures.entity_id,
        figures.document_on,
        {{ month_of('figures.document_on') }} as economic_month,
        -- A bank account of ours may have an account of its own in the ledger.
        case
            when figures.figure = 'booked'
                then coalesce(figures.own_account_code, posting_rules.account_code)
            else posting_rules.account_code
        end as account_code,
        {{ side_of('posting_rules.side', 'figures.amount') }} as side,
        figures.currency,
        abs(figures.amount) as amount,
        figures.figure_customer_id as customer_id,
        cast(null as varchar) as contract_id,
        cast(null as varchar) as product_line,
        cast(null as varchar) as cost_center,
        cast(null as varchar) as profit_center
    from figures
    inner join posting_rules
        on figures.event_type = posting_rules.event_type
            and figures.figure = posting_rules.amount
    where figures.amount <> 0
)

select * from double_entered
