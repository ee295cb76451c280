-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as adjustment_id,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as kind,
    cast(null as varchar) as bill_id,
    cast(null as varchar) as product_line,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as amount,
    cast(null as date) as dated_on
where false
