-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as entry_id,
    cast(null as bigint) as line_no,
    cast(null as varchar) as voucher_number,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as posting_month,
    cast(null as varchar) as economic_month,
    cast(null as date) as posted_on,
    cast(null as varchar) as event_type,
    cast(null as varchar) as account_code,
    cast(null as varchar) as side,
    cast(null as varchar) as currency,
    cast(null as decimal(20,4)) as amount,
    cast(null as varchar) as functional_currency,
    cast(null as decimal(20,4)) as functional_amount,
    cast(null as varchar) as customer_id,
    cast(null as varchar) as contract_id,
    cast(null as varchar) as product_line,
    cast(null as varchar) as cost_center,
    cast(null as varchar) as profit_center,
    cast(null as varchar) as document_type,
    cast(null as varchar) as document_id
where false
