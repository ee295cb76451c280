with

computed as (
    select * from {{ ref('int_close_statistics_computed') }}
),

posted as (
    select * from {{ ref('stg_posted__close_statistics') }}
),

periods as (
    select * from {{ ref('periods') }}
),

exceptions as (
    select * from {{ ref('exceptions') }}
),

-- Counted for each open month: an exception counts from its month on, without a date in every one.
open_exceptions as (
    select
        periods.entity_id,
        periods.month,
        count(exceptions.exception_id) as exceptions_open
    from periods
    left join exceptions
        on coalesce(exceptions.entity_id, periods.entity_id) = periods.entity_id
            and coalesce({{ month_of('exceptions.dated_on') }}, '') <= periods.month
            and exceptions.waiver_id is null
    group by periods.entity_id, periods.month
),

-- A closed month stays what it was when it closed.
united as (
    select
        month, entity_id, product_line, currency,
        bills_expected, bills_generated, bills_confirmed, bills_disputed,
        billed, invoiced, received, applied, recognised,
        deferred_closing, receivable_opening, receivable_closing, adjustments_to_prior_months,
        exceptions_open
    from posted
    union all
    select
        computed.month, computed.entity_id, computed.product_line, computed.currency,
        computed.bills_expected, computed.bills_generated, computed.bills_confirmed,
        computed.bills_disputed,
        computed.billed, computed.invoiced, computed.received, computed.applied,
        computed.recognised,
        computed.deferred_closing, computed.receivable_opening, computed.receivable_closing,
        computed.adjustments_to_prior_months,
        coalesce(open_exceptions.exceptions_open, 0)
    from computed
    left join open_exceptions
        on computed.entity_id = open_exceptions.entity_id
            and computed.month = open_exceptions.month
),

final as (
    select
        united.*,
        periods.closed_at
    from united
    left join periods
        on united.entity_id = periods.entity_id
            and united.month = periods.month
)

select
    month,
    entity_id,
    product_line,
    currency,
    cast(bills_expected as bigint) as bills_expected,
    cast(bills_generated as bigint) as bills_generated,
    cast(bills_confirmed as bigint) as bills_confirmed,
    cast(bills_disputed as bigint) as bills_disputed,
    cast(billed as {{ money_type() }}) as billed,
    cast(invoiced as {{ money_type() }}) as invoiced,
    cast(received as {{ money_type() }}) as received,
    cast(applied as {{ money_type() }}) as applied,
    cast(recognised as {{ money_type() }}) as recognised,
    cast(deferred_closing as {{ money_type() }}) as deferred_closing,
    cast(receivable_opening as {{ money_type() }}) as receivable_opening,
    cast(receivable_closing as {{ money_type() }}) as receivable_closing,
    cast(adjustments_to_prior_months as {{ money_type() }}) as adjustments_to_prior_months,
    cast(exceptions_open as bigint) as exceptions_open,
    closed_at
from final
