-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as entity_id,
    cast(null as varchar) as from_currency,
    cast(null as date) as rate_on,
    cast(null as varchar) as to_currency,
    cast(null as decimal(20,12)) as rate
where false
