with

lines as (
    select * from {{ ref('int_usage_rated') }}
),

prices as (
    select * from {{ ref('int_usage_priced') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

-- A line that cannot be priced keeps its usage here and has no amount; close.exceptions says why.
rated as (
    select
        lines.contract_line_id,
        lines.effective_on,
        lines.account_id,
        lines.service_month,
        lines.events,
        lines.used_quantity as quantity,
        cast(lines.billable_quantity as decimal(28, 12)) as billable_quantity,
        prices.amount_unrounded,
        prices.amount,
        versions.currency
    from lines
    inner join versions
        on lines.contract_line_id = versions.contract_line_id
        and lines.effective_on = versions.effective_on
    left join prices
        on lines.contract_line_id = prices.contract_line_id
        and lines.effective_on = prices.effective_on
        and lines.account_id is not distinct from prices.account_id
        and lines.service_month = prices.service_month
)

select
    contract_line_id,
    effective_on,
    account_id,
    service_month,
    events,
    quantity,
    billable_quantity,
    amount_unrounded,
    amount,
    currency
from rated
