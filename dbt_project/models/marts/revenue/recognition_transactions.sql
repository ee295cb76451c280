-- stub: the wall stands, the room behind it is not built yet
select
    cast(null as varchar) as recognition_id,
    cast(null as varchar) as obligation_id,
    cast(null as varchar) as economic_month,
    cast(null as varchar) as posting_month,
    cast(null as decimal(20,4)) as amount,
    cast(null as varchar) as trigger,
    cast(null as varchar) as trigger_document_id,
    cast(null as varchar) as path,
    cast(null as varchar) as status,
    cast(null as date) as approved_on,
    cast(null as boolean) as is_catch_up,
    cast(null as varchar) as entity_id,
    cast(null as varchar) as contract_id,
    cast(null as varchar) as product_id,
    cast(null as varchar) as currency
where false
