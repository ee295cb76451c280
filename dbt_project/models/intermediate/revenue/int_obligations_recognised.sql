with

transactions as (
    select * from {{ ref('recognition_transactions') }}
),

expected as (
    select * from {{ ref('int_recognitions_expected') }}
),

-- What is booked, by economic month; months before the books count to date without ever being
-- posted.
facts as (
    select
        obligation_id,
        economic_month as month,
        amount
    from transactions
    union all
    select
        obligation_id,
        economic_month as month,
        amount
    from expected
    where is_before_books
),

recognised as (
    select
        obligation_id,
        month,
        cast(sum(amount) as {{ money_type() }}) as amount
    from facts
    group by obligation_id, month
)

select * from recognised
