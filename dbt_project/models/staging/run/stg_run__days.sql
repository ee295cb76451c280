with

days as (
    select * from {{ source('control', 'run_days') }}
)

select
    cast(as_of as date) as as_of,
    cast(known_on as date) as known_on,
    {{ month_of('as_of') }} as as_of_month,
    -- Customer accounts stand by customer and product line.
    cast('product_line' as varchar) as account_dimension
from days
