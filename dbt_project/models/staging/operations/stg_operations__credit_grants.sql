with

source as (
    select * from {{ source('raw', 'operations__credit_grants') }}
),

ranked as (
    select
        *,
        {{ version_rank(["grant_id"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        grant_id,
        customer_id,

        kind,
        product_line,
        currency,

        amount,
        points,
        point_value,

        granted_on,
        {{ last_day_or_none('expires_on') }} as expires_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
