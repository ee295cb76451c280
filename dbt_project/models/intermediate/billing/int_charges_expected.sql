-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as contract_line_id,
    cast(null as date) as effective_on,
    cast(null as varchar) as account_id,
    cast(null as varchar) as line_kind,
    cast(null as varchar) as billing_month,
    cast(null as varchar) as service_month,
    cast(null as date) as service_from,
    cast(null as date) as service_to,
    cast(null as decimal(28,12)) as quantity,
    cast(null as decimal(20,10)) as unit_price,
    cast(null as decimal(38,18)) as amount_unrounded,
    cast(null as decimal(20,4)) as net_amount,
    cast(null as decimal(20,4)) as tax_amount,
    cast(null as decimal(20,4)) as gross_amount,
    cast(null as varchar) as contract_id,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as product_id,
    cast(null as varchar) as product_line,
    cast(null as varchar) as currency
where false
