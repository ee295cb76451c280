with

source as (
    select * from {{ source('raw', 'crm__price_tiers') }}
),

ranked as (
    select
        *,
        {{ version_rank(["contract_line_id", "effective_on", "tier_no"]) }} as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1
),

renamed as (
    select
        contract_line_id,
        tier_no,

        up_to,
        coalesce(unit_price, 0) as unit_price,
        coalesce(flat_amount, 0) as flat_amount,
        coalesce(rate, 0) as rate,

        effective_on,
        updated_at,
        -- A deletion stays: it may be of a tier that names the line's first day, or leaves it out.
        coalesce(is_deleted, false) as is_deleted,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
