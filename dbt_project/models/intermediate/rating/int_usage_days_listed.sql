with

received as (
    select * from {{ ref('int_usage_received_rolled_up') }}
),

owners as (
    select * from {{ ref('int_accounts_owned') }}
),

listed as (
    select
        owners.entity_id,
        received.used_on
    from received
    inner join owners on received.account_id = owners.account_id
    where owners.entity_id is not null
    group by owners.entity_id, received.used_on
)

select * from listed
