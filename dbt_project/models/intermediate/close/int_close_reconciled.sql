with

entities as (
    select * from {{ ref('int_entities_in_use') }}
),

exceptions as (
    select * from {{ ref('exceptions') }}
),

chain_check as (
    select * from {{ ref('stg_run__chain_check') }}
),

no_open_exceptions as (
    select
        'no_open_exceptions' as check_name,
        entities.entity_id,
        entities.as_of_month as month,
        0 as expected,
        count(exceptions.exception_id) as actual
    from entities
    left join exceptions
        on {{ blocks_close('exceptions', 'entities') }}
            and exceptions.waiver_id is null
    group by entities.entity_id, entities.as_of_month
),

-- Counted in tables: each posted table of each closed month has to hash to what the close kept.
closed_rows_unchanged as (
    select
        'closed_rows_unchanged' as check_name,
        entities.entity_id,
        entities.as_of_month as month,
        count(chain_check.table_name) as expected,
        coalesce(sum(case when chain_check.is_unchanged then 1 else 0 end), 0) as actual
    from entities
    left join chain_check on entities.entity_id = chain_check.entity_id
    group by entities.entity_id, entities.as_of_month
),

measured as (
    select * from no_open_exceptions
    union all
    select * from closed_rows_unchanged
),

final as (
    select
        check_name,
        entity_id,
        month,
        cast(null as varchar) as currency,
        cast(expected as decimal(20, 4)) as expected,
        cast(actual as decimal(20, 4)) as actual
    from measured
)

select * from final
