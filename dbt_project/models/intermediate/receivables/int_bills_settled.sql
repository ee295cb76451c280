-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as bill_id,
    cast(null as decimal(20,4)) as invoiced_amount,
    cast(null as decimal(20,4)) as received_amount,
    cast(null as decimal(20,4)) as outstanding_amount
where false
