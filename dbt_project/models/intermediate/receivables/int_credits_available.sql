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
        cast(-gross_amount as {{ money_type() }}) as amount,
        row_number() over (
            partition by customer_id, currency
            order by case when product_line is null then 1 else 0 end, billed_on, bill_id
        ) as kind_no
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
        amount,
        grant_no as kind_no
    from grants
    where kind in ('purchased', 'on_account')
),

ordered as (
    select
        *,
        row_number() over (
            partition by customer_id, currency
            order by case when is_credit_note then 0 else 1 end, kind_no
        ) as credit_no
    from credits
)

select * from ordered
