-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as invoice_id,
    cast(null as varchar) as invoice_number,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as kind,
    cast(null as varchar) as currency,
    cast(null as date) as issued_on,
    cast(null as date) as due_on,
    cast(null as decimal(20,4)) as amount,
    cast(null as decimal(20,4)) as received_amount,
    cast(null as varchar) as status
where false
