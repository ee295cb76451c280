-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as receipt_id,
    cast(null as bigint) as position,
    cast(null as varchar) as word
where false
