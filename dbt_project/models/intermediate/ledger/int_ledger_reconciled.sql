with

control_accounts as (
    select * from {{ ref('int_control_accounts_measured') }}
),

books as (
    select * from {{ ref('int_books_measured') }}
),

reconciled as (
    select {{ reconciliation_columns() }} from control_accounts
    union all
    select {{ reconciliation_columns() }} from books
)

select * from reconciled
