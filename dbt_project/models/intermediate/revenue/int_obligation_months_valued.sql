with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

documents as (
    select * from {{ ref('int_obligations_triggered') }}
),

steps as (
    select * from {{ ref('int_obligation_prices_amended') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

-- Months in which something happens: a document fires, or an amendment changes the price.
events as (
    select
        obligation_id,
        month
    from documents
    union
    select
        steps.obligation_id,
        {{ month_of('steps.effective_on') }} as month
    from steps
    inner join obligations on steps.obligation_id = obligations.obligation_id
    cross join days
    where
        obligations.method in ('point_in_time', 'progress')
        and steps.effective_on <= days.as_of
),

spanned as (
    select
        *,
        lag(month) over (
            partition by obligation_id
            order by month
        ) as month_before
    from events
),

-- What the documents say to a month's end: the latest percentage, or the sum of what was settled.
stated as (
    select
        spanned.obligation_id,
        spanned.month,
        spanned.month_before,
        {{ latest_value(
            'documents.percent_units', ['documents.dated_on', 'documents.document_id']
        ) }}
            as percent_units,
        sum(case when documents.is_part then documents.net_amount end) as settled,
        max(case when documents.is_part then 0 else 1 end) = 1 as is_whole,
        {{ latest_value('documents.document_id', ['documents.dated_on', 'documents.document_id']) }}
            as document_id
    from spanned
    inner join documents
        on
            spanned.obligation_id = documents.obligation_id
            and spanned.month >= documents.month
    group by spanned.obligation_id, spanned.month, spanned.month_before
),

priced as (
    select
        spanned.obligation_id,
        spanned.month,
        {{ latest_value('steps.price_after', ['steps.step_no']) }} as price
    from spanned
    inner join steps
        on
            spanned.obligation_id = steps.obligation_id
            and (spanned.month >= {{ month_of('steps.effective_on') }} or steps.step_no = 1)
    group by spanned.obligation_id, spanned.month
),

valued as (
    select
        stated.*,
        obligations.method,
        obligations.minor_units,
        priced.price
    from stated
    inner join obligations on stated.obligation_id = obligations.obligation_id
    inner join priced
        on
            stated.obligation_id = priced.obligation_id
            and stated.month = priced.month
)

select * from valued
