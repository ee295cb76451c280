-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as entry_id,
    cast(null as varchar) as statement_id,
    cast(null as varchar) as bank_account,
    cast(null as date) as booked_on,
    cast(null as date) as value_on,
    cast(null as decimal(20,4)) as amount,
    cast(null as varchar) as currency,
    cast(null as varchar) as bank_reference,
    cast(null as varchar) as end_to_end_reference,
    cast(null as varchar) as counterparty_name,
    cast(null as varchar) as counterparty_account,
    cast(null as varchar) as remittance_text,
    cast(null as boolean) as is_reversal,
    cast(null as varchar) as receipt_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as source_row
where false
