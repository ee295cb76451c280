{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'reconciliations'}}}) }}

select * from {{ ref('reconciliations') }}
where check_name = 'customer_credits_equal_credits_left' and not passed
