{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'reconciliations'}}}) }}

select * from {{ ref('reconciliations') }}
where check_name = 'credits_granted_equal_used_expired_and_left' and not passed
