-- A calendar, not a clock: every month a term, a schedule or a report can touch.
with

numbers as (
    select unnest(range(0, 2400)) as n
)

select
    {{ month_of(add_months("date '1970-01-01'", 'n')) }} as month,
    {{ add_months("date '1970-01-01'", 'n') }} as first_day,
    {{ add_days(add_months("date '1970-01-01'", 'n + 1'), '-1') }} as last_day
from numbers
