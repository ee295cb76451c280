with

source as (
    select * from {{ source('raw', 'operations__fx_rates') }}
),

ranked as (
    select
        *,
        {{ version_rank(
            ["from_currency", "to_currency", "rate_on", "coalesce(rate_type, 'spot')"]
        ) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        from_currency,
        to_currency,
        coalesce(rate_type, 'spot') as rate_type,

        rate,

        rate_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
