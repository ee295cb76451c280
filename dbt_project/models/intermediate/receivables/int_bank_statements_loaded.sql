with

delivered as (
    select * from {{ ref('int_bank_statements_delivered') }}
),

company_accounts as (
    select * from {{ ref('stg_operations__company_bank_accounts') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

ranked as (
    select
        *,
        row_number() over (partition by statement_id order by file_no, statement_no) as delivery
    from delivered
),

first_delivered as (
    select * from ranked where delivery = 1
),

-- Another format may date or describe an entry differently; the same format may not.
compared as (
    select
        ranked.statement_id,
        ranked.source_file,
        ranked.file_no,
        case
            when ranked.format = first_delivered.format
                then ranked.full_entries <> first_delivered.full_entries
            else ranked.money_of_entries <> first_delivered.money_of_entries
        end as differs
    from ranked
    inner join first_delivered using (statement_id)
),

files as (
    select
        statement_id,
        source_file,
        min(file_no) as file_no,
        max(case when differs then 1 else 0 end) as conflicting
    from compared
    group by statement_id, source_file
),

files_listed as (
    select
        statement_id,
        {{ texts_listed('source_file', 'file_no') }} as source_files,
        sum(conflicting) as conflicting_files,
        min(case when conflicting = 1 then source_file end) as conflicting_file
    from files
    group by statement_id
),

loaded as (
    select
        first_delivered.statement_id,
        first_delivered.bank_account,
        entities.entity_id,
        company_accounts.currency as account_currency,
        first_delivered.currency,
        first_delivered.statement_number,
        first_delivered.opened_on,
        first_delivered.closed_on,
        first_delivered.opening,
        first_delivered.booked,
        first_delivered.closing,
        first_delivered.entries,
        files_listed.source_files,
        files_listed.conflicting_files,
        files_listed.conflicting_file,
        -- What lies before the books has no gap to close: opening balances stand for it.
        coalesce(
            {{ month_of('first_delivered.closed_on') }}
            < {{ month_of('entities.books_start_on') }},
            false
        ) as is_before_books,
        first_delivered.source_file,
        first_delivered.file_no,
        first_delivered.statement_no
    from first_delivered
    inner join files_listed using (statement_id)
    left join company_accounts
        on first_delivered.bank_account = company_accounts.bank_account
    left join entities on company_accounts.entity_id = entities.entity_id
)

select * from loaded
