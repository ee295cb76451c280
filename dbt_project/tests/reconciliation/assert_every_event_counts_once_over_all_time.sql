{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'reconciliations'}}}) }}

select * from {{ ref('reconciliations') }}
where check_name = 'every_event_counted_once' and not passed
