with

posted as (
    select * from {{ ref('stg_posted__receipt_applications') }}
),

reversed as (
    select reverses_id from posted where reverses_id is not null
),

not_reversed as (
    select posted.*
    from posted
    left join reversed on posted.application_id = reversed.reverses_id
    where posted.reverses_id is null and reversed.reverses_id is null
),

measured as (
    select
        *,
        {{ running_total('amount', 'bill_id', 'applied_on, application_id') }} as total_on_bill,
        {{ running_total('amount', 'grant_id', 'applied_on, application_id') }} as total_of_grant
    from not_reversed
)

select * from measured
