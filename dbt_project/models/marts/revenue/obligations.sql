-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as obligation_id,
    cast(null as varchar) as contract_id,
    cast(null as varchar) as contract_line_id,
    cast(null as varchar) as product_id,
    cast(null as varchar) as revenue_rule,
    cast(null as varchar) as method,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as standalone_price,
    cast(null as decimal(20,4)) as transaction_price,
    cast(null as date) as starts_on,
    cast(null as date) as ends_on,
    cast(null as decimal(20,4)) as recognised_to_date,
    cast(null as decimal(20,4)) as remaining,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as product_line
where false
