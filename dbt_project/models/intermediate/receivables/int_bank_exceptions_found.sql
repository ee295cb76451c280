-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as kind,
    cast(null as varchar) as object,
    cast(null as varchar) as key,
    cast(null as varchar) as entity_id,
    cast(null as date) as dated_on,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as amount,
    cast(null as varchar) as reason,
    cast(null as varchar) as remedy,
    cast(null as varchar) as source_file,
    cast(null as bigint) as source_row
where false
