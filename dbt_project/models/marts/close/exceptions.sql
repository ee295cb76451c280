with

exceptions as (
    select * from {{ ref('int_exceptions_identified') }}
),

waived as (
    select * from {{ ref('int_exceptions_waived') }}
),

final as (
    select
        exceptions.*,
        waived.waived_on as resolved_on,
        waived.waiver_id
    from exceptions
    left join waived on exceptions.exception_id = waived.exception_id
)

select
    exception_id,
    kind,
    object,
    key,
    entity_id,
    dated_on,
    currency,
    amount,
    reason,
    remedy,
    source_file,
    source_row,
    resolved_on,
    waiver_id
from final
