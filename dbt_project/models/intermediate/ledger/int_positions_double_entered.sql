{{ config(materialized='view') }}
with

positions as (
    select * from {{ ref('contract_positions') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

posting_rules as (
    select * from {{ ref('posting_rules') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

moved as (
    select
        positions.contract_id,
        positions.entity_id,
        positions.month,
        positions.currency,
        contracts.customer_id,
        least({{ month_end('positions.month') }}, run_days.as_of) as document_on,
        positions.contract_asset - coalesce(
            lag(positions.contract_asset) over (
                partition by positions.contract_id, positions.currency
                order by positions.month
            ),
            0
        ) as presented
    from positions
    inner join entities on positions.entity_id = entities.entity_id
    cross join run_days
    left join contracts on positions.contract_id = contracts.contract_id
    where positions.month >= coalesce({{ month_of('entities.books_start_on') }}, '')
),

figures as (
    -- Debit contract asset: more was earned on the contract than billed, a claim and not a negative
    -- debt (IFRS 15.107).
    -- Credit contract liability: where recognition left it below nought. Netted per contract, never
    -- across.
    select *, 'presented' as figure, presented as figure_amount from moved
),

double_entered as (
    select
        posting_rules.event_type,
        posting_rules.leg,
        'contract_position' as document_type,
        figures.contract_id as document_id,
        figures.entity_id,
        figures.document_on,
        figures.month as economic_month,
        posting_rules.account_code,
        {{ side_of('posting_rules.side', 'figures.figure_amount') }} as side,
        figures.currency,
        abs(figures.figure_amount) as amount,
        figures.customer_id,
        figures.contract_id,
        cast(null as varchar) as product_line,
        cast(null as varchar) as cost_center,
        cast(null as varchar) as profit_center
    from figures
    inner join posting_rules
        on posting_rules.event_type = 'contract_asset_presented'
            and posting_rules.amount = figures.figure
    where figures.figure_amount <> 0
)

select * from double_entered
