{{ config(materialized='view') }}
with

expected_legs as (
    select * from {{ ref('int_journal_legs_expected') }}
),

posted_lines as (
    select * from {{ ref('stg_posted__journal_lines') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

-- What closes have posted of a leg is taken off what is expected of it now; legs of a document that
-- nothing tells apart are one.
compared as (
    select
        {{ leg_key() }}, document_on, signed_amount, functional_signed_amount
    from expected_legs
    union all
    select
        {{ leg_key() }},
        null,
        -{{ signed_by_side('side', 'amount') }},
        -{{ signed_by_side('side', 'functional_amount') }}
    from posted_lines
),

differing as (
    select
        {{ leg_key() }},
        min(document_on) as document_on,
        cast(sum(signed_amount) as {{ money_type() }}) as signed_amount,
        cast(sum(functional_signed_amount) as {{ money_type() }}) as functional_signed_amount
    from compared
    group by {{ leg_key() }}
    having sum(signed_amount) <> 0 or sum(functional_signed_amount) <> 0
),

-- In its economic month, or in the first open one once that is closed; nothing where that month has
-- not begun.
dated as (
    select
        differing.*,
        {{ posting_month('differing.economic_month', 'entities.first_open_month') }}
            as posting_month
    from differing
    inner join entities on differing.entity_id = entities.entity_id
    where
        {{ posting_month('differing.economic_month', 'entities.first_open_month') }}
        <= entities.as_of_month
),

-- A late rate may move the functional amount against the document's: each then stands on a line and
-- a side of its own.
counted as (
    select
        *,
        case
            when signed_amount > 0 and functional_signed_amount < 0 then 2
            when signed_amount < 0 and functional_signed_amount > 0 then 2
            else 1
        end as lines
    from dated
),

lined as (
    select *, {{ numbers_up_to('lines') }} as line from counted
),

split as (
    select *,
        case when line = 0 then signed_amount else 0 end as line_amount,
        case when line = lines - 1 then functional_signed_amount else 0 end
            as functional_line_amount
    from lined
),

unposted as (
    select
        {{ leg_key() }},
        posting_month,
        greatest(
            coalesce(document_on, {{ month_start('posting_month') }}),
            {{ month_start('posting_month') }}
        ) as posted_on,
        case
            when line_amount > 0 or (line_amount = 0 and functional_line_amount > 0) then 'debit'
            else 'credit'
        end as side,
        cast(abs(line_amount) as {{ money_type() }}) as amount,
        cast(abs(functional_line_amount) as {{ money_type() }}) as functional_amount
    from split
)

select * from unposted
