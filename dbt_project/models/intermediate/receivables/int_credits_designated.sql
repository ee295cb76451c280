with recursive

credits as (
    select * from {{ ref('int_credits_left') }}
),

bills as (
    select * from {{ ref('int_bills_left_after_matched') }}
),

dates as (
    select * from {{ ref('int_bills_receivable') }}
),

prepaid as (
    select
        bill_id,
        sum(amount) as amount
    from {{ ref('int_applications_designated') }}
    group by bill_id
),

open_bills as (
    select
        bills.bill_id, bills.bill_order, bills.customer_id, bills.entity_id, bills.currency,
        bills.product_line, dates.billed_on,
        cast(bills.left_amount - coalesce(prepaid.amount, 0) as {{ money_type() }}) as left_amount
    from bills
    inner join dates on bills.bill_id = dates.bill_id
    inner join credits
        on bills.customer_id = credits.customer_id and bills.currency = credits.currency
        and credits.left_no = 1
    left join prepaid on bills.bill_id = prepaid.bill_id
),

-- One credit after the other, each over what the ones before it have left.
shared as (
    select
        bill_id, bill_order, customer_id, entity_id, currency, product_line, billed_on,
        left_amount,
        cast(0 as bigint) as left_no,
        cast(null as varchar) as grant_id,
        cast(0 as {{ money_type() }}) as amount
    from open_bills

    union all

    (
        -- A grant meets any entity, a credit note its own; neither a bill dated after its end.
        with offered as (
            select
                shared.bill_id, shared.bill_order, shared.customer_id, shared.entity_id,
                shared.currency, shared.product_line, shared.billed_on, shared.left_amount,
                credits.left_no, credits.grant_id, credits.left_amount as credit_amount,
                case
                    when credits.product_line is distinct from shared.product_line
                        and credits.product_line is not null then 0
                    when shared.entity_id <> credits.entity_id
                        or shared.billed_on > credits.expires_on then 0
                    else shared.left_amount
                end as open_amount
            from shared
            inner join credits
                on shared.customer_id = credits.customer_id and shared.currency = credits.currency
                and shared.left_no + 1 = credits.left_no
            where shared.left_amount > 0
        ),

        taken as (
            select
                *,
                greatest(0, least(open_amount, credit_amount + open_amount - sum(open_amount) over (
                    partition by customer_id, currency order by bill_order
                    rows between unbounded preceding and current row
                ))) as taken_amount
            from offered
        )

        select
            bill_id, bill_order, customer_id, entity_id, currency, product_line, billed_on,
            cast(left_amount - taken_amount as {{ money_type() }}),
            left_no, grant_id, cast(taken_amount as {{ money_type() }})
        from taken
    )
)

select
    grant_id,
    bill_id,
    amount
from shared
where amount > 0
