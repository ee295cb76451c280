-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as check_name,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as month,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as expected,
    cast(null as decimal(20,4)) as actual
where false
