-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as receipt_id,
    cast(null as varchar) as bank_account,
    cast(null as date) as booked_on,
    cast(null as date) as value_on,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as amount,
    cast(null as varchar) as payer_name,
    cast(null as varchar) as payer_account,
    cast(null as varchar) as remittance_text,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as identified_by,
    cast(null as decimal(20,4)) as applied_amount,
    cast(null as decimal(20,4)) as prepaid_amount,
    cast(null as decimal(20,4)) as unapplied_amount,
    cast(null as decimal(20,4)) as refunded_amount,
    cast(null as decimal(20,4)) as bank_charge_amount,
    cast(null as varchar) as statement_id,
    cast(null as varchar) as source_file
where false
