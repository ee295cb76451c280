-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as statement_id,
    cast(null as varchar) as bank_account,
    cast(null as varchar) as currency,
    cast(null as varchar) as statement_number,
    cast(null as date) as opened_on,
    cast(null as date) as closed_on,
    cast(null as decimal(20,4)) as opening,
    cast(null as decimal(20,4)) as booked,
    cast(null as decimal(20,4)) as closing,
    cast(null as decimal(20,4)) as difference,
    cast(null as bigint) as entries,
    cast(null as varchar) as previous_statement_id,
    cast(null as varchar[]) as source_files
where false
