-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as entity_id,
    cast(null as varchar) as functional_currency,
    cast(null as varchar) as time_zone,
    cast(null as date) as books_start_on,
    cast(null as varchar) as latest_closed_month,
    cast(null as varchar) as first_open_month,
    cast(null as varchar) as as_of_month
where false
