with

moved as (
    select * from {{ ref('int_commitment_movements_booked') }}
),

months as (
    select * from {{ ref('int_months_listed') }}
),

-- A balance stands in every month of the term, and in the month that books what came to be known
-- after it.
spans as (
    select
        contract_id,
        customer_id,
        entity_id,
        currency,
        min(month) as first_month,
        greatest(
            last_month, max(month) filter (where granted <> 0 or drawn <> 0 or expired <> 0)
        ) as last_month
    from moved
    group by contract_id, customer_id, entity_id, currency, moved.last_month
),

running as (
    select
        spans.contract_id,
        spans.customer_id,
        spans.entity_id,
        spans.currency,
        months.month,
        coalesce(moved.granted, 0) as granted,
        coalesce(moved.drawn, 0) as drawn,
        coalesce(moved.expired, 0) as expired,
        sum(
            coalesce(moved.granted, 0) - coalesce(moved.drawn, 0) - coalesce(moved.expired, 0)
        ) over (partition by spans.contract_id order by months.month) as closing
    from spans
    inner join months on months.month between spans.first_month and spans.last_month
    left join moved on spans.contract_id = moved.contract_id and months.month = moved.month
)

select
    contract_id,
    month,
    currency,
    cast(closing - granted + drawn + expired as {{ money_type() }}) as opening,
    cast(granted as {{ money_type() }}) as granted,
    cast(drawn as {{ money_type() }}) as drawn,
    cast(expired as {{ money_type() }}) as expired,
    cast(closing as {{ money_type() }}) as closing,
    customer_id,
    entity_id
from running
