-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as entity_id,
    cast(null as varchar) as account_code,
    cast(null as varchar) as month,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as opening,
    cast(null as decimal(20,4)) as debit,
    cast(null as decimal(20,4)) as credit,
    cast(null as decimal(20,4)) as closing,
    cast(null as varchar) as functional_currency,
    cast(null as decimal(20,4)) as functional_opening,
    cast(null as decimal(20,4)) as functional_debit,
    cast(null as decimal(20,4)) as functional_credit,
    cast(null as decimal(20,4)) as functional_closing
where false
