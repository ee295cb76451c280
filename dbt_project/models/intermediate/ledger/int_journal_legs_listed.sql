{{ config(materialized='view') }}
with

bills as (
    select * from {{ ref('int_bills_double_entered') }}
),

invoices as (
    select * from {{ ref('int_invoices_double_entered') }}
),

receipts as (
    select * from {{ ref('int_receipts_double_entered') }}
),

applications as (
    select * from {{ ref('int_applications_double_entered') }}
),

splits as (
    select * from {{ ref('int_splits_double_entered') }}
),

adjustments as (
    select * from {{ ref('int_adjustments_double_entered') }}
),

credits as (
    select * from {{ ref('int_credits_double_entered') }}
),

recognition as (
    select * from {{ ref('int_recognition_double_entered') }}
),

positions as (
    select * from {{ ref('int_positions_double_entered') }}
),

openings as (
    select * from {{ ref('int_openings_double_entered') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

legs as (
    select {{ leg_columns() }} from bills
    union all
    select {{ leg_columns() }} from invoices
    union all
    select {{ leg_columns() }} from receipts
    union all
    select {{ leg_columns() }} from applications
    union all
    select {{ leg_columns() }} from splits
    union all
    select {{ leg_columns() }} from adjustments
    union all
    select {{ leg_columns() }} from credits
    union all
    select {{ leg_columns() }} from recognition
    union all
    select {{ leg_columns() }} from positions
    union all
    select {{ leg_columns() }} from openings
),

-- What happened before the books post nothing: opening balances stand for it. What comes later
-- waits.
listed as (
    select
        legs.*,
        entities.functional_currency
    from legs
    inner join entities on legs.entity_id = entities.entity_id
    where legs.economic_month >= coalesce({{ month_of('entities.books_start_on') }}, '')
        and legs.economic_month <= entities.as_of_month
)

select * from listed
