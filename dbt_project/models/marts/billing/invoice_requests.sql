with

bills as (
    select * from {{ ref('int_bills_to_invoice') }}
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
        requests.request_amount,
        requests.lowest_limit
    from bills
    inner join requests on bills.request_group = requests.request_group
),

-- Bills of a request are stacked and cut at every multiple of its limit; one within it is whole. A
-- limit so low that it made more than a hundred thousand pieces makes as many, and larger ones.
stacked as (
    select
        *,
        greatest(
            {{ money_to_integer('lowest_limit') }},
            {{ whole_quotient(money_to_integer('request_amount'), '100000') }}
        ) as piece_units,
        {{ money_to_integer('amount') }} as units,
        sum({{ money_to_integer('amount') }}) over (
            partition by request_group order by bill_id
        ) as stacked_to
    from limited
    where is_cut
),

placed as (
    select
        *,
        {{ whole_quotient('stacked_to - units', 'piece_units') }} as first_piece,
        {{ whole_quotient('stacked_to - 1', 'piece_units') }} as last_piece
    from stacked
),

numbered as (
    select
        *,
        first_piece + {{ numbers_up_to('cast(last_piece - first_piece + 1 as integer)') }}
            as piece_no
    from placed
),

pieces as (
    select
        request_group, customer_id, entity_id, currency, invoice_grouping, bill_id,
        cast(amount as {{ money_type() }}) as amount,
        cast(0 as {{ integer_type() }}) as piece_no
    from limited
    where not is_cut
    union all
    select
        request_group, customer_id, entity_id, currency, invoice_grouping, bill_id,
        {{ integer_to_money(
            'least(stacked_to, (piece_no + 1) * piece_units)'
            ~ ' - greatest(stacked_to - units, piece_no * piece_units)'
        ) }} as amount,
        piece_no
    from numbered
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
