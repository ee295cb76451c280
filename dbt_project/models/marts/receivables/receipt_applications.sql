-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as application_id,
    cast(null as varchar) as receipt_id,
    cast(null as varchar) as bill_id,
    cast(null as varchar) as invoice_id,
    cast(null as varchar) as product_line,
    cast(null as decimal(20,4)) as amount,
    cast(null as date) as applied_on,
    cast(null as varchar) as posting_month,
    cast(null as varchar) as stage,
    cast(null as varchar) as grant_id,
    cast(null as varchar) as reverses_id,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as currency
where false
