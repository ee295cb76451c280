with

flows as (
    select * from {{ ref('int_close_flows_listed') }}
),

bills as (
    select * from {{ ref('int_bills_counted') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

rows_found as (
    select entity_id, product_line, currency, month from flows
    union all
    select entity_id, product_line, currency, month from bills
),

cells as (
    select
        entity_id, product_line, currency,
        min(month) as first_month
    from rows_found
    group by entity_id, product_line, currency
),

-- A product line once seen stands in every month after, moved or not, for what it carries forward.
cell_months as (
    select
        cells.entity_id, cells.product_line, cells.currency, months.month,
        entities.first_open_month
    from cells
    inner join entities on cells.entity_id = entities.entity_id
    inner join months on months.month between cells.first_month and entities.as_of_month
),

summed as (
    select
        cell_months.entity_id, cell_months.product_line, cell_months.currency, cell_months.month,
        cell_months.first_open_month,
        coalesce(sum(case when flows.measure = 'billed' then flows.amount end), 0) as billed,
        coalesce(sum(case when flows.measure = 'invoiced' then flows.amount end), 0) as invoiced,
        coalesce(sum(case when flows.measure = 'received' then flows.amount end), 0) as received,
        coalesce(sum(case when flows.measure = 'applied' then flows.amount end), 0) as applied,
        coalesce(sum(case when flows.measure = 'recognised' then flows.amount end), 0)
            as recognised,
        coalesce(sum(case when flows.measure = 'deferred' then -flows.amount end), 0) as deferred,
        coalesce(sum(case when flows.measure = 'receivable' then flows.amount end), 0)
            as receivable,
        coalesce(sum(case when flows.measure = 'adjustment' then flows.amount end), 0)
            as adjustments_to_prior_months
    from cell_months
    left join flows
        on cell_months.entity_id = flows.entity_id
            and coalesce(cell_months.product_line, '') = coalesce(flows.product_line, '')
            and cell_months.currency = flows.currency
            and cell_months.month = flows.month
    group by
        cell_months.entity_id, cell_months.product_line, cell_months.currency,
        cell_months.month, cell_months.first_open_month
),

carried as (
    select
        summed.*,
        sum(deferred) over cell_to_date as deferred_closing,
        sum(receivable) over cell_to_date as receivable_closing
    from summed
    window cell_to_date as (
        partition by entity_id, product_line, currency
        order by month
        rows between unbounded preceding and current row
    )
),

computed as (
    select
        carried.*,
        carried.receivable_closing - carried.receivable as receivable_opening,
        coalesce(bills.bills_expected, 0) as bills_expected,
        coalesce(bills.bills_generated, 0) as bills_generated,
        coalesce(bills.bills_confirmed, 0) as bills_confirmed,
        coalesce(bills.bills_disputed, 0) as bills_disputed
    from carried
    left join bills
        on carried.entity_id = bills.entity_id
            and coalesce(carried.product_line, '') = coalesce(bills.product_line, '')
            and carried.currency = bills.currency
            and carried.month = bills.month
    where carried.month >= carried.first_open_month
)

select * from computed
