with recursive

grants as (
    select * from {{ ref('int_credit_grants_seen') }}
),

targets as (
    select * from {{ ref('int_goodwill_targets_listed') }}
),

-- One credit after the other, each over what the ones before it have left.
shared as (
    select
        customer_id, currency, product_line, billing_month, bill_id, contract_line_id,
        cast(line_units as {{ integer_type() }}) as line_units,
        cast(bill_units as {{ integer_type() }}) as bill_units,
        cast(0 as bigint) as grant_no,
        cast(null as varchar) as grant_id,
        cast(0 as {{ integer_type() }}) as taken_units
    from targets
    where line_units > 0

    union all

    (
        -- Bills from the grant's month on, dated on or before the day it expires.
        with offered as (
            select
                shared.customer_id, shared.currency, shared.product_line, shared.billing_month,
                shared.bill_id, shared.contract_line_id, shared.line_units, shared.bill_units,
                grants.grant_no, grants.grant_id,
                {{ money_to_minor_units('grants.amount', 'grants.minor_units') }} as grant_units,
                case
                    when shared.product_line <> grants.product_line
                        or shared.billing_month < grants.economic_month
                        or {{ month_end('shared.billing_month') }} > grants.expires_on then 0
                    else shared.bill_units
                end as open_units,
                row_number() over (
                    partition by shared.bill_id order by shared.contract_line_id
                ) as line_rank,
                sum(shared.line_units) over (partition by shared.bill_id) as line_weights
            from shared
            inner join grants
                on shared.customer_id = grants.customer_id and shared.currency = grants.currency
                and shared.grant_no + 1 = grants.grant_no
            where grants.kind = 'goodwill' and shared.line_units > 0 and shared.bill_units > 0
        ),

        -- In order of month and bill, never beyond a bill's net.
        taken as (
            select
                *,
                greatest(0, least(open_units, grant_units + open_units - sum(
                    case when line_rank = 1 then open_units else 0 end
                ) over (
                    partition by customer_id, currency order by billing_month, bill_id
                    range between unbounded preceding and current row
                ))) as bill_taken
            from offered
        ),

        floored as (
            select
                *,
                {{ whole_quotient('bill_taken * line_units', 'line_weights') }} as whole_units,
                bill_taken * line_units % line_weights as remainder
            from taken
        ),

        -- Over the contract lines by largest remainder, ties to the lowest id.
        ranked as (
            select
                *,
                bill_taken - sum(whole_units) over (partition by bill_id) as units_left,
                row_number() over (
                    partition by bill_id order by remainder desc, contract_line_id
                ) as remainder_rank
            from floored
        ),

        rounded as (
            select
                *,
                whole_units + case when remainder_rank <= units_left then 1 else 0 end as line_taken
            from ranked
        )

        select
            customer_id, currency, product_line, billing_month, bill_id, contract_line_id,
            cast(line_units - line_taken as {{ integer_type() }}),
            cast(bill_units - bill_taken as {{ integer_type() }}),
            grant_no, grant_id, cast(line_taken as {{ integer_type() }})
        from rounded
    )
)

select grant_id, bill_id, contract_line_id, taken_units
from shared
where taken_units > 0
