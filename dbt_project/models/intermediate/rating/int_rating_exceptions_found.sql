with

usage as (
    select * from {{ ref('int_usage_exceptions_found') }}
),

terms as (
    select * from {{ ref('int_terms_exceptions_found') }}
),

missed as (
    select * from {{ ref('int_references_missed') }}
),

found as (
    select {{ exception_columns() }} from usage
    union all
    select {{ exception_columns() }} from terms
    union all
    select {{ exception_columns() }} from missed
)

select * from found
