with

headed as (
    select * from {{ ref('int_bills_headed') }}
),

decisions as (
    select * from {{ ref('int_bills_decided') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

decided as (
    select
        headed.*,
        decisions.decision,
        decisions.decided_on,
        decisions.agreed_amount,
        customers.auto_confirm_days,
        entities.latest_closed_month,
        days.as_of,
        days.known_on,
        {{ add_days('headed.billed_on', 'customers.auto_confirm_days') }} as auto_confirmed_on
    from headed
    inner join entities on headed.entity_id = entities.entity_id
    left join customers on headed.customer_id = customers.customer_id
    left join decisions on headed.bill_id = decisions.bill_id
    cross join days
),

-- The bill of a month that is not over is a draft; a confirmation of another amount is outdated.
judged as (
    select
        *,
        case
            when not is_opening and {{ month_end('billing_month') }} > as_of then 'draft'
            when decision = 'disputed' then 'disputed'
            when decision = 'confirmed' and coalesce(agreed_amount, gross_amount) <> gross_amount
                then 'draft'
            when decision = 'confirmed' or is_opening or auto_confirmed_on <= known_on
                then 'confirmed'
            else 'draft'
        end as status,
        decision = 'confirmed' and coalesce(agreed_amount, gross_amount) <> gross_amount
            as is_confirmation_outdated
    from decided
),

totalled as (
    select
        bill_id,
        bill_number,
        contract_id,
        customer_id,
        entity_id,
        product_line,
        currency,
        billing_month,
        posting_month,
        billed_on,
        due_on,
        net_amount,
        tax_amount,
        gross_amount,
        status,
        case
            when status <> 'confirmed' then null
            when decision = 'confirmed' then decided_on
            when is_opening then billed_on
            else auto_confirmed_on
        end as confirmed_on,
        agreed_amount,
        decided_on,
        coalesce(is_confirmation_outdated, false) as is_confirmation_outdated,
        is_opening,
        coalesce(posting_month <= latest_closed_month, false) as is_posted,
        source_file,
        source_row
    from judged
)

select * from totalled
