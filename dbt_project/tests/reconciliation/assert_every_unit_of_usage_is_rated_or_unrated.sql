{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'reconciliations'}}}) }}

select * from {{ ref('reconciliations') }}
where check_name = 'usage_equals_rated_plus_unrated' and not passed
