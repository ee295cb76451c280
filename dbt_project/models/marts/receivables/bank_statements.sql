with

chained as (
    select * from {{ ref('int_bank_statements_chained') }}
)

select
    statement_id,
    bank_account,
    entity_id,
    currency,
    statement_number,
    opened_on,
    closed_on,
    opening,
    booked,
    closing,
    cast(opening + booked - closing as {{ money_type() }}) as difference,
    entries,
    previous_statement_id,
    source_files
from chained
