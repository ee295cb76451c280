with

entries as (
    select * from {{ ref('bank_entries') }}
),

receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

bank_accounts as (
    select * from {{ ref('stg_operations__company_bank_accounts') }}
),

bank_carried_in as (
    select * from {{ ref('int_bank_openings_carried') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

-- Every entry of an account of ours posts from the books' start on, whatever it is.
booked as (
    select
        'bank_entry_booked' as event_type,
        'bank_entry' as document_type,
        entries.entry_id as document_id,
        bank_accounts.entity_id,
        bank_accounts.account_code as own_account_code,
        entries.booked_on as document_on,
        entries.currency,
        receipts.customer_id,
        receipts.customer_id is not null as is_identified,
        entries.amount
    from entries
    inner join bank_accounts on entries.bank_account = bank_accounts.bank_account
    inner join entities on bank_accounts.entity_id = entities.entity_id
    cross join run_days
    left join receipts on entries.receipt_id = receipts.receipt_id
    where entries.booked_on <= run_days.as_of
    and entries.booked_on >= coalesce(entities.books_start_on, entries.booked_on)
),

figures as (
    -- Debit the bank account: the money is there (a negative entry credits it: the money has left).
    select *, 'booked' as figure, cast(null as varchar) as figure_customer_id from booked
    union all
    -- Credit customer deposits: a known customer's money, his until it is applied. A return takes it back.
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
