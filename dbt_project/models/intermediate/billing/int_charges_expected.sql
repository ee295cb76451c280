{{ config(materialized='view') }}
with

charges as (
    select * from {{ ref('int_charges_billed') }}
),

credits as (
    select * from {{ ref('int_goodwill_lines_priced') }}
),

-- What is charged, less what goodwill takes off it.
expected as (
    select
        *,
        cast(null as varchar) as grant_id
    from charges
    union all
    select * from credits
)

select {{ all_but(['minor_units', 'is_difference', 'tax_rate']) }}
from expected
