with

posted as (
    select * from {{ source('posted', 'close_statistics') }}
),

renamed as (
    select
        entity_id,

        month,
        product_line,
        currency,

        bills_expected,
        bills_generated,
        bills_confirmed,
        bills_disputed,
        billed,
        invoiced,
        received,
        applied,
        recognised,
        deferred_closing,
        receivable_opening,
        receivable_closing,
        adjustments_to_prior_months,
        exceptions_open,

        close_no
    from posted
)

select * from renamed
