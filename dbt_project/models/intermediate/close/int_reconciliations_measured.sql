with

feed as (
    select * from {{ ref('int_feed_reconciled') }}
),

bank as (
    select * from {{ ref('int_bank_reconciled') }}
),

rating as (
    select * from {{ ref('int_rating_reconciled') }}
),

billing as (
    select * from {{ ref('int_billing_reconciled') }}
),

receivables as (
    select * from {{ ref('int_receivables_reconciled') }}
),

allocations as (
    select * from {{ ref('int_allocations_reconciled') }}
),

positions as (
    select * from {{ ref('int_positions_reconciled') }}
),

ledger as (
    select * from {{ ref('int_ledger_reconciled') }}
),

credits as (
    select * from {{ ref('int_credits_reconciled') }}
),

close as (
    select * from {{ ref('int_close_reconciled') }}
),

measured as (
    select {{ reconciliation_columns() }} from feed
    union all
    select {{ reconciliation_columns() }} from bank
    union all
    select {{ reconciliation_columns() }} from rating
    union all
    select {{ reconciliation_columns() }} from billing
    union all
    select {{ reconciliation_columns() }} from receivables
    union all
    select {{ reconciliation_columns() }} from allocations
    union all
    select {{ reconciliation_columns() }} from positions
    union all
    select {{ reconciliation_columns() }} from ledger
    union all
    select {{ reconciliation_columns() }} from credits
    union all
    select {{ reconciliation_columns() }} from close
)

select * from measured
