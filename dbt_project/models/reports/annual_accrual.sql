with

obligations as (
    select * from {{ ref('obligations') }}
),

transactions as (
    select * from {{ ref('recognition_transactions') }}
),

recognised as (
    select * from {{ ref('int_obligations_recognised') }}
),

settled as (
    select * from {{ ref('int_bill_lines_settled') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

terms as (
    select
        obligations.*, entities.as_of_month, entities.books_start_on,
        obligations.obligation_id = obligations.contract_line_id as is_whole_term
    from obligations
    inner join entities on obligations.entity_id = entities.entity_id
    where obligations.method like 'straight_line%'
),

listed as (
    select
        terms.*, months.month,
        {{ months_between('terms.starts_on', 'terms.ends_on') }} + 1 as months_total,
        -- A month counts once it is over.
        {{ months_between('terms.starts_on', 'least(months.last_day, days.as_of)') }}
        + case when months.last_day <= days.as_of then 1 else 0 end as months_gone
    from terms
    cross join days
    inner join months
        on months.month between {{ month_of('terms.starts_on') }} and terms.as_of_month
            and months.month >= coalesce({{ month_of('terms.books_start_on') }}, '')
),

-- Months before the books are part of what is recognised to date, and of no month of the books.
facts as (
    select
        obligation_id, posting_month as month, amount as recognised, 0 as invoiced, 0 as received
    from transactions
    union all
    select recognised.obligation_id, '', recognised.amount, 0, 0
    from recognised
    inner join terms on recognised.obligation_id = terms.obligation_id
    where recognised.month < {{ month_of('terms.books_start_on') }}
    union all
    select
        terms.obligation_id, settled.posting_month as month, 0 as recognised,
        case when settled.covered_by = 'invoice' then settled.amount else 0 end as invoiced,
        case when settled.covered_by = 'receipt' then settled.amount else 0 end as received
    from settled
    inner join terms on settled.contract_line_id = terms.contract_line_id
        and (terms.is_whole_term or settled.service_from between terms.starts_on and terms.ends_on)
),

moved as (
    select
        listed.obligation_id, listed.month,
        sum(case when facts.month = listed.month then facts.recognised else 0 end)
            as recognised_this_month,
        coalesce(sum(facts.recognised), 0) as recognised_to_date,
        coalesce(sum(facts.invoiced), 0) as invoiced_to_date,
        coalesce(sum(facts.received), 0) as received_to_date
    from listed
    left join facts on listed.obligation_id = facts.obligation_id and facts.month <= listed.month
    group by listed.obligation_id, listed.month
)

select
    listed.obligation_id, listed.month, listed.entity_id, listed.contract_id,
    listed.contract_line_id, listed.customer_id, listed.product_id, listed.currency,
    listed.starts_on, listed.ends_on, listed.transaction_price as contract_amount,
    cast(listed.months_total as integer) as months_total,
    cast(greatest(0, least(listed.months_gone, listed.months_total)) as integer) as months_elapsed,
    cast(moved.recognised_this_month as decimal(20, 4)) as recognised_this_month,
    cast(moved.recognised_to_date as decimal(20, 4)) as recognised_to_date,
    cast(listed.transaction_price - moved.recognised_to_date as decimal(20, 4)) as deferred,
    cast(moved.invoiced_to_date as decimal(20, 4)) as invoiced_to_date,
    cast(moved.received_to_date as decimal(20, 4)) as received_to_date
from listed
inner join moved on listed.obligation_id = moved.obligation_id and listed.month = moved.month
