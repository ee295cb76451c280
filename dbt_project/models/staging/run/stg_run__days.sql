with

days as (
    select * from {{ source('control', 'run_days') }}
)

select
    cast(as_of as date) as as_of,
    cast(known_on as date) as known_on,
    {{ month_of('as_of') }} as as_of_month,
    -- By what customer accounts stand: customer, or customer and product line.
    coalesce(account_dimension, 'product_line') as account_dimension,
    -- The build that a close is proved by looks at every event again.
    proves_every_event
from days
