-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as contract_line_id,
    cast(null as date) as effective_on,
    cast(null as date) as valid_to,
    cast(null as varchar) as contract_id,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as product_id,
    cast(null as varchar) as product_line,
    cast(null as varchar) as business_model,
    cast(null as varchar) as charge_model,
    cast(null as varchar) as currency,
    cast(null as varchar) as revenue_rule,
    cast(null as varchar) as source_file,
    cast(null as bigint) as source_row
where false
