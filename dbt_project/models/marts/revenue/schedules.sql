-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as obligation_id,
    cast(null as varchar) as month,
    cast(null as decimal(20,4)) as scheduled_amount,
    cast(null as decimal(20,4)) as recognised_amount,
    cast(null as decimal(20,4)) as remaining_amount
where false
