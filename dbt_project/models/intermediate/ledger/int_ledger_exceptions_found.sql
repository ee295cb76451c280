with

needed as (
    select * from {{ ref('int_rates_needed') }}
),

rates as (
    select * from {{ ref('int_spot_rates_resolved') }}
),

bank_accounts as (
    select * from {{ ref('stg_operations__company_bank_accounts') }}
),

chart_of_accounts as (
    select * from {{ ref('chart_of_accounts') }}
),

missing_rates as (
    select
        'missing_currency_rate' as kind,
        'fx_rates' as object,
        needed.entity_id || '/' || needed.from_currency || '/' || needed.to_currency
        || '/' || cast(needed.rate_on as varchar) as key,
        needed.entity_id,
        needed.rate_on as dated_on,
        cast(null as varchar) as currency,
        cast(null as {{ money_type() }}) as amount,
        'No spot rate from ' || needed.from_currency || ' to ' || needed.to_currency || ' on '
        || cast(needed.rate_on as varchar) || ' or in the seven days before; '
        || cast(needed.legs as varchar) || ' lines of the journal need it' as reason,
        'Deliver a spot rate for the pair or its inverse in operations/fx_rates' as remedy,
        cast(null as varchar) as source_file,
        cast(null as bigint) as source_row
    from needed
    left join rates
        on needed.entity_id = rates.entity_id
            and needed.from_currency = rates.from_currency
            and needed.rate_on = rates.rate_on
    where rates.entity_id is null
),

unknown_accounts as (
    select
        'unknown_account_code' as kind,
        'company_bank_accounts' as object,
        bank_accounts.bank_account as key,
        bank_accounts.entity_id,
        cast(null as date) as dated_on,
        cast(null as varchar) as currency,
        cast(null as {{ money_type() }}) as amount,
        'The chart of accounts has no account ' || bank_accounts.account_code as reason,
        'Name an account of seeds/chart_of_accounts.csv, or leave account_code empty' as remedy,
        bank_accounts.source_file,
        bank_accounts.source_row
    from bank_accounts
    left join chart_of_accounts
        on bank_accounts.account_code = chart_of_accounts.account_code
    where bank_accounts.account_code is not null and chart_of_accounts.account_code is null
),

found as (
    select {{ exception_columns() }} from missing_rates
    union all
    select {{ exception_columns() }} from unknown_accounts
)

select * from found
