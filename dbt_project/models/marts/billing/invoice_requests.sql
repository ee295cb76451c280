with

bills as (
    select * from {{ ref('int_bills_to_invoice') }}
),

numbers as (
    select * from {{ ref('int_months_listed') }}
),

-- Where contracts of a request have different limits the lowest holds for all.
stacked as (
    select
        *,
        {{ money_to_integer('amount') }} as units,
        {{ money_to_integer('min(invoice_limit) over request') }} as unit_limit,
        sum({{ money_to_integer('amount') }}) over request as request_units,
        sum({{ money_to_integer('amount') }}) over (
            partition by request_group order by bill_id
        ) as stacked_to
    from bills
    window request as (partition by request_group)
),

limited as (
    select
        *,
        stacked_to - units as stacked_from,
        case when unit_limit > 0 then unit_limit else request_units end as piece_units
    from stacked
),

-- Bills of a request are stacked and cut at every multiple of its limit; one within it is whole.
cut as (
    select
        limited.*,
        0 as piece_no,
        stacked_from as piece_from,
        stacked_to as piece_to
    from limited
    where request_units <= piece_units
    union all
    select
        limited.*,
        numbers.month_no as piece_no,
        greatest(limited.stacked_from, numbers.month_no * limited.piece_units) as piece_from,
        least(limited.stacked_to, (numbers.month_no + 1) * limited.piece_units) as piece_to
    from limited
    inner join numbers
        on numbers.month_no * limited.piece_units < limited.stacked_to
        and (numbers.month_no + 1) * limited.piece_units > limited.stacked_from
    where limited.request_units > limited.piece_units
),

requested as (
    select
        request_group || '/' || cast(piece_no + 1 as varchar) as request_id,
        customer_id,
        entity_id,
        currency,
        invoice_grouping as grouping,
        bill_id,
        {{ integer_to_money('piece_to - piece_from') }} as amount
    from cut
)

select
    request_id,
    customer_id,
    entity_id,
    currency,
    grouping,
    bill_id,
    amount
from requested
