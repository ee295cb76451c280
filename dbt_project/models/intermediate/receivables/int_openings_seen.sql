-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as opening_id,
    cast(null as varchar) as kind,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as contract_line_id,
    cast(null as varchar) as product_line,
    cast(null as varchar) as document_number,
    cast(null as date) as document_date,
    cast(null as date) as due_on,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as amount,
    cast(null as date) as as_of,
    cast(null as varchar) as posting_month,
    cast(null as varchar) as source_file,
    cast(null as bigint) as source_row
where false
