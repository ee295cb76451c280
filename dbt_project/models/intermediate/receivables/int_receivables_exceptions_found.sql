with

of_splits as (
    select * from {{ ref('int_split_exceptions_found') }}
),

of_invoices as (
    select * from {{ ref('int_invoice_exceptions_found') }}
),

of_accounts as (
    select * from {{ ref('int_account_exceptions_found') }}
),

of_documents as (
    select * from {{ ref('int_document_exceptions_found') }}
),

found as (
    select {{ exception_columns() }} from of_splits
    union all
    select {{ exception_columns() }} from of_invoices
    union all
    select {{ exception_columns() }} from of_accounts
    union all
    select {{ exception_columns() }} from of_documents
)

select * from found
