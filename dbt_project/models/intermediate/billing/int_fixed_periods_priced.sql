-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as contract_line_id,
    cast(null as date) as effective_on,
    cast(null as bigint) as period_no,
    cast(null as date) as period_from,
    cast(null as date) as period_to,
    cast(null as date) as service_from,
    cast(null as date) as service_to,
    cast(null as varchar) as billing_month,
    cast(null as decimal(38,18)) as amount_unrounded,
    cast(null as decimal(20,4)) as net_amount,
    cast(null as decimal(20,4)) as tax_amount,
    cast(null as decimal(20,4)) as gross_amount,
    cast(null as varchar) as currency
where false
