-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as date) as as_of,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as product_line,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as balance
where false
