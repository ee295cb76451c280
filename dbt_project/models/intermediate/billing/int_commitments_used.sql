with

priced as (
    select * from {{ ref('int_usage_priced') }}
),

limits as (
    select * from {{ ref('int_usage_limited') }}
),

versions as (
    select * from {{ ref('int_contract_lines_versioned') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

used as (
    select
        versions.contract_id,
        priced.contract_line_id,
        priced.effective_on,
        priced.service_month,
        priced.service_from,
        priced.service_to,
        priced.amount
    from priced
    inner join versions
        on priced.contract_line_id = versions.contract_line_id
        and priced.effective_on = versions.effective_on
    where priced.business_model = 'commitment_plan' and priced.amount <> 0
    union all
    select
        contract_id,
        contract_line_id,
        effective_on,
        service_month,
        service_from,
        service_to,
        amount
    from limits
    where business_model = 'commitment_plan'
),

-- A cancellation cuts the commitment: its month has a row of every line that has drawn, used in
-- that month or not, so that what earlier months drew beyond what is left shows there.
cut as (
    select
        used.contract_id,
        used.contract_line_id,
        used.effective_on,
        {{ month_of('versions.cancelled_on') }} as service_month,
        {{ month_start(month_of('versions.cancelled_on')) }} as service_from,
        versions.cancelled_on as service_to,
        0 as amount
    from used
    inner join versions
        on used.contract_line_id = versions.contract_line_id
        and used.effective_on = versions.effective_on
    cross join days
    where {{ month_of('versions.cancelled_on') }} <= days.as_of_month
),

listed as (
    select * from used
    union all
    select * from cut
),

monthly as (
    select
        contract_id,
        contract_line_id,
        service_month,
        max(effective_on) as effective_on,
        min(service_from) as service_from,
        max(service_to) as service_to,
        cast(sum(amount) as {{ money_type() }}) as amount
    from listed
    group by contract_id, contract_line_id, service_month
)

select * from monthly
