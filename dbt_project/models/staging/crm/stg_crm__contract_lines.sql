with

source as (
    select * from {{ source('raw', 'crm__contract_lines') }}
),

ranked as (
    select
        *,
        {{ version_rank(["contract_line_id", "coalesce(effective_on, starts_on)"]) }}
            as version_rank
    from source
),

effective as (
    select * from ranked where version_rank = 1 and not coalesce(is_deleted, false)
),

renamed as (
    select
        contract_line_id,
        contract_id,
        product_id,
        account_id,
        bundle_id,

        charge_model,
        coalesce(billing_frequency, 'monthly') as billing_frequency,
        coalesce(billing_anchor, 'start') as billing_anchor,
        case
            when billing_timing is not null then billing_timing
            when charge_model in ('fixed', 'commitment') then 'advance'
            else 'arrears'
        end as billing_timing,
        coalesce(accumulate_over, 'month') as accumulate_over,
        coalesce(aggregate_by, 'contract_line') as aggregate_by,
        revenue_rule,
        coalesce(modification_method, 'prospective') as modification_method,

        coalesce(quantity, 1) as quantity,
        unit_price,
        coalesce(included_quantity, 0) as included_quantity,
        package_size,
        fixed_fee,
        rate,
        minimum_amount,
        maximum_amount,
        commitment_amount,
        coalesce(discount_percent, 0) as discount_percent,

        coalesce(flat_at_zero, false) as flat_at_zero,

        coalesce(effective_on, starts_on) as effective_on,
        starts_on,
        {{ last_day_or_none('ends_on') }} as ends_on,
        updated_at,

        source_file,
        row_no as source_row,
        file_no
    from effective
)

select * from renamed
