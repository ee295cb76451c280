{{ config(materialized='view') }}
with

source as (
    select * from {{ source('raw', 'usage_totals') }}
),

renamed as (
    select
        file_no,

        product_id,

        rows_held,
        events,
        quantity,

        earliest_at,
        latest_at
    from source
)

select * from renamed
