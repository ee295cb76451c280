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

-- What is expected as known now, less what closed months have booked, by document.
both_sides as (
    select
        recognition_id,
        obligation_id,
        economic_month,
        entity_id,
        amount
    from approved
    where status in ('booked', 'approved') and not is_before_books
    union all
    select
        recognition_id,
        obligation_id,
        economic_month,
        entity_id,
        -amount as amount
    from posted
),

differences as (
    select
        recognition_id,
        obligation_id,
        economic_month,
        entity_id,
        cast(sum(amount) as {{ money_type() }}) as amount
    from both_sides
    group by recognition_id, obligation_id, economic_month, entity_id
    having sum(amount) <> 0
),

-- What a document says of itself: as known now, or, where nothing expects it any more, as it was
-- last posted.
posted_last as (
    select
        *,
        row_number() over (
            partition by recognition_id
            order by posting_month desc
        ) as posting_rank
    from posted
),

new_rows as (
    select
        differences.recognition_id,
        differences.obligation_id,
        differences.economic_month,
        {{ posting_month('differences.economic_month', 'entities.first_open_month') }}
            as posting_month,
        differences.amount,
        coalesce(approved.trigger, posted_last.trigger) as trigger,
        coalesce(approved.trigger_document_id, posted_last.trigger_document_id)
            as trigger_document_id,
        coalesce(approved.path, posted_last.path) as path,
        'booked' as status,
        coalesce(approved.approved_on, posted_last.approved_on) as approved_on,
        coalesce(approved.is_catch_up, posted_last.is_catch_up) as is_catch_up,
        differences.entity_id,
        coalesce(approved.customer_id, posted_last.customer_id) as customer_id,
        coalesce(approved.contract_id, posted_last.contract_id) as contract_id,
        coalesce(approved.contract_line_id, posted_last.contract_line_id) as contract_line_id,
        coalesce(approved.product_id, posted_last.product_id) as product_id,
        coalesce(approved.product_line, posted_last.product_line) as product_line,
        coalesce(approved.revenue_rule, posted_last.revenue_rule) as revenue_rule,
        coalesce(approved.method, posted_last.method) as method,
        coalesce(approved.currency, posted_last.currency) as currency
    from differences
    inner join entities on differences.entity_id = entities.entity_id
    left join approved on differences.recognition_id = approved.recognition_id
    left join posted_last
        on
            differences.recognition_id = posted_last.recognition_id
            and posted_last.posting_rank = 1
    where
        {{ posting_month('differences.economic_month', 'entities.first_open_month') }}
        <= entities.as_of_month
)

select * from new_rows
