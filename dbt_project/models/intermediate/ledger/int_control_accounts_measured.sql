with

control_accounts as (
    select * from {{ ref('int_control_accounts_summed') }}
),

aging as (
    select * from {{ ref('customer_aging') }}
),

positions as (
    select * from {{ ref('contract_positions') }}
),

bank_positions as (
    select * from {{ ref('int_bank_positions_stated') }}
),

bank_differences as (
    select * from {{ ref('int_bank_differences_waived') }}
),

transactions as (
    select * from {{ ref('recognition_transactions') }}
),

bills as (
    select * from {{ ref('int_bills_totalled') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

latest_positions as (
    select
        positions.*,
        row_number() over (
            partition by positions.contract_id, positions.currency order by positions.month desc
        ) as position_rank
    from positions
    inner join entities
        on positions.entity_id = entities.entity_id and positions.month <= entities.as_of_month
),

-- Figures of the subledgers, then the same by the ledger's accounts, signed as the subledger is.
figures as (
    select
        'receivables_control_less_deposits_equals_ageing_net' as check_name,
        aging.entity_id, aging.currency, aging.net as expected, 0 as actual
    from aging inner join run_days on aging.as_of = run_days.as_of
    union all
    select 'contract_accounts_equal_positions', entity_id, currency,
        contract_asset + contract_liability, 0
    from latest_positions where position_rank = 1
    union all
    select 'bank_ledger_equals_statement_closing', entity_id, currency, closing, 0
    from bank_positions
    union all
    select 'bank_ledger_equals_statement_closing', entity_id, currency, booked_beyond_stated, 0
    from bank_differences
    union all
    select 'revenue_accounts_equal_recognised', entity_id, currency, amount, 0 from transactions
    union all
    select 'output_tax_equals_bills', bills.entity_id, bills.currency, bills.tax_amount, 0
    from bills
    inner join entities
        on bills.entity_id = entities.entity_id and bills.billing_month <= entities.as_of_month
    where bills.status = 'confirmed' and not bills.is_opening
    union all
    select
        case
            when report_line in ('receivables', 'customer_deposits')
                then 'receivables_control_less_deposits_equals_ageing_net'
            when report_line in ('contract_asset', 'contract_liability')
                then 'contract_accounts_equal_positions'
            when report_line = 'bank' then 'bank_ledger_equals_statement_closing'
            when report_line = 'revenue' then 'revenue_accounts_equal_recognised'
            when report_line in ('output_tax_accrued', 'output_tax_payable')
                then 'output_tax_equals_bills'
        end,
        entity_id, currency, 0,
        case when report_line in ('receivables', 'customer_deposits', 'contract_asset', 'bank')
            then closing else -closing end
    from control_accounts
)

-- Accounts that no check reads are left aside.
select
    figures.check_name, figures.entity_id, entities.as_of_month as month, figures.currency,
    cast(sum(figures.expected) as {{ money_type() }}) as expected,
    cast(sum(figures.actual) as {{ money_type() }}) as actual
from figures
inner join entities on figures.entity_id = entities.entity_id
where figures.check_name is not null
group by figures.check_name, figures.entity_id, entities.as_of_month, figures.currency
