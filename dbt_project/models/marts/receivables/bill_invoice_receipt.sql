-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as bill_id,
    cast(null as varchar) as invoice_id,
    cast(null as varchar) as receipt_id,
    cast(null as varchar) as grant_id,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as product_line,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as amount,
    cast(null as varchar) as state,
    cast(null as date) as billed_on,
    cast(null as date) as issued_on,
    cast(null as date) as received_on
where false
