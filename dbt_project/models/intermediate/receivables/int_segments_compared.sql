{{ config(materialized='view') }}
with

segments as (
    select * from {{ ref('bill_invoice_receipt') }}
),

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

invoices as (
    select * from {{ ref('invoices') }}
),

receipts as (
    select * from {{ ref('int_receipts_identified') }}
),

documents as (
    select
        'association_equals_bills' as check_name, bill_id as document_id, entity_id, currency,
        gross_amount as amount
    from bills
    union all
    select
        'association_equals_invoices' as check_name, invoice_id as document_id, entity_id,
        currency, amount
    from invoices
    where status not in ('voided', 'refused')
    union all
    select
        'association_equals_receipts' as check_name, receipt_id as document_id, entity_id,
        currency, amount
    from receipts
    where customer_id is not null and returned_on is null
),

keyed as (
    select 'association_equals_bills' as check_name, bill_id as document_id, amount
    from segments
    union all
    select 'association_equals_invoices' as check_name, invoice_id as document_id, amount
    from segments
    union all
    select 'association_equals_receipts' as check_name, receipt_id as document_id, amount
    from segments
),

segment_sums as (
    select
        check_name,
        document_id,
        sum(amount) as amount
    from keyed
    where document_id is not null
    group by check_name, document_id
),

-- One document at a time: what one has too much does not make up for what another lacks.
compared as (
    select
        documents.check_name,
        documents.entity_id,
        documents.currency,
        documents.amount as expected,
        documents.amount + abs(coalesce(segment_sums.amount, 0) - documents.amount) as actual
    from documents
    left join segment_sums
        on documents.check_name = segment_sums.check_name
            and documents.document_id = segment_sums.document_id
)

select * from compared
