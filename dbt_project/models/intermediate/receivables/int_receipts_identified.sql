-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as receipt_id,
    cast(null as varchar) as bank_account,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as statement_id,
    cast(null as date) as booked_on,
    cast(null as date) as value_on,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as amount,
    cast(null as varchar) as payer_name,
    cast(null as varchar) as payer_account,
    cast(null as varchar) as remittance_text,
    cast(null as varchar) as bank_reference,
    cast(null as varchar) as end_to_end_reference,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as identified_by,
    cast(null as date) as returned_on,
    cast(null as varchar) as product_line,
    cast(null as varchar) as source_file,
    cast(null as bigint) as source_row
where false
