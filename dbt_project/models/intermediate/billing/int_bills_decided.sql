with

confirmations as (
    select * from {{ ref('stg_operations__bill_confirmations') }}
),

lines as (
    select * from {{ ref('bill_lines') }}
),

entities as (
    select * from {{ ref('int_entities_opened') }}
),

days as (
    select * from {{ ref('stg_run__days') }}
),

bills as (
    select
        bill_id,
        any_value(entity_id) as entity_id
    from lines
    group by bill_id
),

dated as (
    select
        confirmations.*,
        {{ local_date('confirmations.decided_at', 'entities.time_zone') }} as decided_on
    from confirmations
    inner join bills on confirmations.bill_id = bills.bill_id
    inner join entities on bills.entity_id = entities.entity_id
),

-- The latest decision stands.
ranked as (
    select
        dated.*,
        row_number() over (
            partition by dated.bill_id
            order by dated.decided_at desc, dated.file_no desc, dated.source_row desc
        ) as decision_rank
    from dated
    cross join days
    where dated.decided_on <= days.known_on
),

decided as (
    select
        bill_id,
        decision,
        decided_on,
        cast(gross_amount as {{ money_type() }}) as agreed_amount,
        source_file,
        source_row
    from ranked
    where decision_rank = 1
)

select * from decided
