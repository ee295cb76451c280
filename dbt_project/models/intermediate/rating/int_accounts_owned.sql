with

accounts as (
    select * from {{ ref('stg_crm__accounts') }}
),

customers as (
    select * from {{ ref('stg_crm__customers') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

owned as (
    select
        accounts.account_id,
        customers.customer_id,
        entities.entity_id,
        entities.time_zone
    from accounts
    left join customers on accounts.customer_id = customers.customer_id
    left join entities on customers.entity_id = entities.entity_id
)

select * from owned
