with

summed as (
    select * from {{ ref('int_revenue_by_product_summed') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

positions as (
    select * from {{ ref('contract_positions') }}
),

transactions as (
    select * from {{ ref('recognition_transactions') }}
),

-- A line that is gone keeps the method it was recognised by in the months that closed.
methods_used as (
    select contract_id, product_id, method
    from lines
    where method is not null
    union all
    select transactions.contract_id, transactions.product_id, transactions.method
    from transactions
    left join lines on transactions.contract_line_id = lines.contract_line_id
    where lines.contract_line_id is null and transactions.method is not null
),

methods as (
    select
        contract_id,
        product_id,
        {{ joined_values('method') }} as method
    from methods_used
    group by contract_id, product_id
)

-- Netted per contract: its products share the side on which the contract as a whole stands.
select
    summed.entity_id,
    summed.contract_id,
    summed.product_id,
    summed.month,
    contracts.customer_id,
    contracts.business_model,
    methods.method,
    products.product_line,
    products.cost_center,
    products.profit_center,
    summed.currency,
    cast(summed.recognised as decimal(20, 4)) as recognised,
    cast(summed.billed as decimal(20, 4)) as billed,
    cast(summed.invoiced as decimal(20, 4)) as invoiced,
    cast(summed.received as decimal(20, 4)) as received,
    cast(
        case when positions.contract_asset > 0 then -summed.position else 0 end as decimal(20, 4)
    ) as contract_asset,
    cast(
        case when positions.contract_liability > 0 then summed.position else 0 end
        as decimal(20, 4)
    ) as contract_liability,
    cast(summed.tax as decimal(20, 4)) as tax,
    summed.functional_currency,
    cast(summed.functional_recognised as decimal(20, 4)) as functional_recognised,
    cast(summed.functional_billed as decimal(20, 4)) as functional_billed,
    cast(summed.functional_invoiced as decimal(20, 4)) as functional_invoiced,
    cast(summed.functional_received as decimal(20, 4)) as functional_received,
    cast(
        case when positions.contract_asset > 0 then -summed.functional_position else 0 end
        as decimal(20, 4)
    ) as functional_contract_asset,
    cast(
        case when positions.contract_liability > 0 then summed.functional_position else 0 end
        as decimal(20, 4)
    ) as functional_contract_liability,
    cast(summed.functional_tax as decimal(20, 4)) as functional_tax
from summed
left join positions
    on
        summed.entity_id = positions.entity_id
        and summed.contract_id = positions.contract_id
        and summed.currency = positions.currency
        and summed.month = positions.month
left join contracts on summed.contract_id = contracts.contract_id
left join products on summed.product_id = products.product_id
left join methods
    on
        summed.contract_id = methods.contract_id
        and summed.product_id = methods.product_id
