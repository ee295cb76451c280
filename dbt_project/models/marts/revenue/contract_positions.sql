-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as contract_id,
    cast(null as varchar) as month,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as billed_to_date,
    cast(null as decimal(20,4)) as recognised_to_date,
    cast(null as decimal(20,4)) as contract_asset,
    cast(null as decimal(20,4)) as contract_liability,
    cast(null as varchar) as entity_id
where false
