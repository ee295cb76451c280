with

differing as (
    select * from {{ ref('int_opening_bills_compared') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

named as (
    select
        differing.*,
        case
            when differing.is_posted
                then {{ posting_month('differing.posting_month', 'entities.first_open_month') }}
            else differing.posting_month
        end as due_month,
        entities.as_of_month
    from differing
    inner join entities on differing.entity_id = entities.entity_id
    where differing.amount <> 0
),

-- An opening bill is one line without tax; edited after its close, the difference is a bill beside.
due as (
    select
        opening_id || case when is_posted then '/' || due_month else '' end as bill_line_id,
        opening_id || case when is_posted then '/' || due_month else '' end as bill_id,
        contract_line_id,
        cast(null as varchar) as account_id,
        cast(null as varchar) as product_id,
        case when is_posted then 'adjustment' else 'opening' end as line_kind,
        case when is_posted then 'opening' end as adjusts_line_kind,
        {{ month_of('document_date') }} as service_month,
        due_month as posting_month,
        document_date as service_from,
        document_date as service_to,
        cast(null as decimal(28, 12)) as quantity,
        cast(null as decimal(20, 10)) as unit_price,
        cast(amount as {{ unrounded_type() }}) as amount_unrounded,
        amount as net_amount,
        cast(0 as {{ money_type() }}) as tax_amount,
        amount as gross_amount,
        entity_id,
        customer_id,
        contract_id,
        product_line,
        currency
    from named
    where due_month <= as_of_month
)

select * from due
