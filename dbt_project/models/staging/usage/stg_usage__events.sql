{{ config(materialized='view') }}
with

source as (
    select * from {{ source('raw', 'usage__events') }}
),

renamed as (
    select
        event_id,
        account_id,
        product_id,

        dimension,

        coalesce(revision, 1) as revision,
        quantity,

        occurred_at,

        row_no as source_row,
        file_no
    from source
)

select * from renamed
