with

bills as (
    select * from {{ ref('int_bills_to_invoice') }}
),

numbers as (
    select * from {{ ref('int_months_listed') }}
),

-- Where contracts of a request have different limits the lowest holds for all.
requests as (
    select
        request_group,
        sum(amount) as request_amount,
        cast(round(min(invoice_limit), 4) as {{ money_type() }}) as lowest_limit
    from bills
    group by request_group
),

limited as (
    select
        bills.*,
        coalesce(
            requests.lowest_limit > 0 and requests.request_amount > requests.lowest_limit, false
        ) as is_cut,
        requests.lowest_limit
    from bills
    inner join requests on bills.request_group = requests.request_group
),

-- Bills of a request are stacked and cut at every multiple of its limit; one within it is whole.
stacked as (
    select
        *,
        {{ money_to_integer('lowest_limit') }} as piece_units,
        {{ money_to_integer('amount') }} as units,
        sum({{ money_to_integer('amount') }}) over (
            partition by request_group order by bill_id
        ) as stacked_to
    from limited
    where is_cut
),

pieces as (
    select
        request_group, customer_id, entity_id, currency, invoice_grouping, bill_id,
        cast(amount as {{ money_type() }}) as amount,
        0 as piece_no
    from limited
    where not is_cut
    union all
    select
        stacked.request_group, stacked.customer_id, stacked.entity_id, stacked.currency,
        stacked.invoice_grouping, stacked.bill_id,
        {{ integer_to_money(
            'least(stacked.stacked_to, (numbers.month_no + 1) * stacked.piece_units)'
            ~ ' - greatest(stacked.stacked_to - stacked.units,'
            ~ ' numbers.month_no * stacked.piece_units)'
        ) }} as amount,
        numbers.month_no as piece_no
    from stacked
    inner join numbers
        on numbers.month_no * stacked.piece_units < stacked.stacked_to
        and (numbers.month_no + 1) * stacked.piece_units > stacked.stacked_to - stacked.units
)

select
    request_group || '/' || cast(piece_no + 1 as varchar) as request_id,
    customer_id,
    entity_id,
    currency,
    invoice_grouping as grouping,
    bill_id,
    amount
from pieces
