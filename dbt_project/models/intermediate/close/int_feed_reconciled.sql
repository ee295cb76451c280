with

entities as (
    select * from {{ ref('int_entities_opened') }}
),

files as (
    select * from {{ ref('stg_feeds__files') }}
),

rows_counted as (
    select * from {{ ref('stg_feeds__rows_counted') }}
),

expectations_met as (
    select * from {{ ref('int_feed_expectations_met') }}
),

feed_checks as (
    select * from {{ ref('stg_run__feed_checks') }}
),

rows_found as (
    select
        file_no,
        sum(rows_found) as rows_found
    from rows_counted
    group by file_no
),

-- File by file: a row too many in one must not hide a row lost in another.
files_compared as (
    select
        files.rows_read,
        abs(files.rows_read - coalesce(rows_found.rows_found, 0)) as rows_off
    from files
    left join rows_found on files.file_no = rows_found.file_no
),

rows_accounted_for as (
    select
        'feed_rows_accounted_for' as check_name,
        coalesce(sum(rows_read), 0) as expected,
        coalesce(sum(rows_read) - sum(rows_off), 0) as actual
    from files_compared
),

feeds_complete as (
    select
        'feeds_complete' as check_name,
        entity_id,
        count(*) as expected,
        sum(case when is_met then 1 else 0 end) as actual
    from expectations_met
    group by entity_id
),

measured as (
    select check_name, cast(null as varchar) as entity_id, expected, actual from rows_accounted_for
    union all
    select check_name, entity_id, expected, actual from feeds_complete
    union all
    select check_name, entity_id, expected, actual from feed_checks
),

final as (
    select
        measured.check_name,
        entities.entity_id,
        entities.as_of_month as month,
        cast(null as varchar) as currency,
        cast(measured.expected as {{ money_type() }}) as expected,
        cast(measured.actual as {{ money_type() }}) as actual
    from measured
    inner join entities
        on coalesce(measured.entity_id, entities.entity_id) = entities.entity_id
)

select * from final
