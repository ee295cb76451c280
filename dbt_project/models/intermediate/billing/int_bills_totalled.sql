-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as bill_id,
    cast(null as varchar) as bill_number,
    cast(null as varchar) as contract_id,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as product_line,
    cast(null as varchar) as currency,
    cast(null as varchar) as billing_month,
    cast(null as date) as billed_on,
    cast(null as date) as due_on,
    cast(null as decimal(20,4)) as net_amount,
    cast(null as decimal(20,4)) as tax_amount,
    cast(null as decimal(20,4)) as gross_amount,
    cast(null as varchar) as status,
    cast(null as date) as confirmed_on,
    cast(null as boolean) as is_opening,
    cast(null as boolean) as is_posted,
    cast(null as varchar) as source_file,
    cast(null as bigint) as source_row
where false
