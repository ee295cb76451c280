-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as account_id,
    cast(null as varchar) as product_id,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as entity_id,
    cast(null as date) as used_on,
    cast(null as bigint) as events,
    cast(null as decimal(28,12)) as quantity
where false
