with

grants as (
    select * from {{ ref('int_credit_grants_seen') }}
),

bills as (
    select * from {{ ref('int_bills_receivable') }}
),

-- A confirmed bill below zero is on-account money of its customer, in its own entity.
credits as (
    select
        bill_id as grant_id,
        true as is_credit_note,
        customer_id,
        entity_id,
        currency,
        product_line,
        billed_on as granted_on,
        cast(null as date) as expires_on,
        cast(-gross_amount as {{ money_type() }}) as amount
    from bills
    where gross_amount < 0
    union all
    select
        grant_id,
        false as is_credit_note,
        customer_id,
        cast(null as varchar) as entity_id,
        currency,
        product_line,
        granted_on,
        expires_on,
        amount
    from grants
    where kind in ('purchased', 'on_account')
),

-- Credit notes, then grants; first those that name a product line; soonest to expire, then oldest.
ordered as (
    select
        *,
        row_number() over (
            partition by customer_id, currency
            order by
                case when is_credit_note then 0 else 1 end,
                case when product_line is not null then 0 else 1 end,
                expires_on nulls last, granted_on, grant_id
        ) as credit_no
    from credits
)

select * from ordered
