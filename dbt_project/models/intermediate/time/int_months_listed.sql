-- A calendar, not a clock: every month a term, a schedule or a report can touch.
with

numbers as (
    select {{ numbers_up_to(2400) }} as month_no
)

select
    month_no,
    {{ month_of(add_months("date '1970-01-01'", 'month_no')) }} as month,
    {{ add_months("date '1970-01-01'", 'month_no') }} as first_day,
    {{ add_days(add_months("date '1970-01-01'", 'month_no + 1'), '-1') }} as last_day
from numbers
