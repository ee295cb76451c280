{{ config(materialized='view') }}
with

approved as (
    select * from {{ ref('int_recognitions_approved') }}
),

posted as (
    select * from {{ ref('stg_posted__recognition_transactions') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

posted_to_date as (
    select
        recognition_id,
        entity_id,
        sum(amount) as amount,
        max(posting_month) as last_month
    from posted
    group by recognition_id, entity_id
),

-- What is expected as known now, less what closed months have booked, by document.
differences as (
    select
        {{ all_but(['recognition_id', 'entity_id', 'amount'], 'approved') }},
        coalesce(approved.recognition_id, posted_to_date.recognition_id) as recognition_id,
        coalesce(approved.entity_id, posted_to_date.entity_id) as entity_id,
        posted_to_date.last_month,
        cast(
            case
                when approved.status in ('booked', 'approved') and not approved.is_before_books
                    then approved.amount
                else 0
            end - coalesce(posted_to_date.amount, 0) as {{ money_type() }}
        ) as amount
    from approved
    full outer join posted_to_date
        on
            approved.recognition_id = posted_to_date.recognition_id
            and approved.entity_id = posted_to_date.entity_id
),

-- What a document says of itself: as known now, or, where nothing expects it any more, as it was
-- last posted.
described as (
    select
        differences.recognition_id,
        coalesce(differences.obligation_id, posted.obligation_id) as obligation_id,
        coalesce(differences.economic_month, posted.economic_month) as economic_month,
        differences.amount,
        coalesce(differences.trigger, posted.trigger) as trigger,
        coalesce(differences.trigger_document_id, posted.trigger_document_id)
            as trigger_document_id,
        coalesce(differences.path, posted.path) as path,
        'booked' as status,
        coalesce(differences.approved_on, posted.approved_on) as approved_on,
        coalesce(differences.is_catch_up, posted.is_catch_up) as is_catch_up,
        differences.entity_id,
        coalesce(differences.customer_id, posted.customer_id) as customer_id,
        coalesce(differences.contract_id, posted.contract_id) as contract_id,
        coalesce(differences.contract_line_id, posted.contract_line_id) as contract_line_id,
        coalesce(differences.product_id, posted.product_id) as product_id,
        coalesce(differences.product_line, posted.product_line) as product_line,
        coalesce(differences.revenue_rule, posted.revenue_rule) as revenue_rule,
        coalesce(differences.method, posted.method) as method,
        coalesce(differences.currency, posted.currency) as currency
    from differences
    left join posted
        on
            differences.recognition_id = posted.recognition_id
            and differences.entity_id = posted.entity_id
            and differences.last_month = posted.posting_month
    where differences.amount <> 0
),

new_rows as (
    select
        described.recognition_id, described.obligation_id, described.economic_month,
        {{ posting_month('described.economic_month', 'entities.first_open_month') }}
            as posting_month,
        {{ all_but(['recognition_id', 'obligation_id', 'economic_month'], 'described') }}
    from described
    inner join entities on described.entity_id = entities.entity_id
    where
        {{ posting_month('described.economic_month', 'entities.first_open_month') }}
        <= entities.as_of_month
)

select * from new_rows
