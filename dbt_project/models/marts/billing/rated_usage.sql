-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as contract_line_id,
    cast(null as date) as effective_on,
    cast(null as varchar) as account_id,
    cast(null as varchar) as service_month,
    cast(null as bigint) as events,
    cast(null as decimal(28,12)) as quantity,
    cast(null as decimal(28,12)) as billable_quantity,
    cast(null as decimal(38,18)) as amount_unrounded,
    cast(null as decimal(20,4)) as amount,
    cast(null as varchar) as currency
where false
