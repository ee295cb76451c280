with

within_books as (
    select * from {{ ref('int_adjustments_entered') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }}
),

running as (
    select
        *,
        sum(amount) over (
            partition by bill_id order by dated_on, adjustment_id
            rows between unbounded preceding and current row
        ) as total_on_bill
    from within_books
),

-- Running totals that count the refused, so that nothing slips in behind one; never below nought.
totalled as (
    select
        *,
        total_on_bill - least(0, min(total_on_bill) over (
            partition by bill_id order by dated_on, adjustment_id
            rows between unbounded preceding and current row
        )) > bill_limit as is_beyond_bill
    from running
),

-- A negative one takes back what earlier ones have settled, and no more.
taken_back as (
    select
        *,
        sum(case when amount > 0 and is_beyond_bill then 0 else amount end) over (
            partition by bill_id order by dated_on, adjustment_id
            rows between unbounded preceding and current row
        ) < 0 as is_beyond_settled
    from totalled
),

judged as (
    select
        adjustment_id,
        customer_id,
        entity_id,
        kind,
        bill_id,
        product_line,
        currency,
        amount,
        dated_on,
        case
            when not is_customer_known then 'unknown_customer'
            when bill_id is null then null
            when not is_bill_known then 'unknown_bill'
            when not is_bill_of_customer then 'bill_of_another_account'
            when bill_limit is null then 'waiting'
            when amount > 0 and is_beyond_bill then 'exceeds_bill'
            when amount < 0 and is_beyond_settled then 'takes_back_more_than_there_is'
        end as reason,
        source_file,
        source_row
    from taken_back
),

-- An opening account balance is an adjustment that names no bill.
opened as (
    select
        opening_id as adjustment_id,
        customer_id,
        entity_id,
        'opening' as kind,
        cast(null as varchar) as bill_id,
        product_line,
        currency,
        amount,
        document_date as dated_on,
        cast(null as varchar) as reason,
        source_file,
        source_row
    from openings
    where kind = 'account'
),

unioned as (
    select * from judged
    union all
    select * from opened
)

select * from unioned
