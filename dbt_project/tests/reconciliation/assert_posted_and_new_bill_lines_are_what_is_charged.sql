{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'reconciliations'}}}) }}

select * from {{ ref('reconciliations') }}
where check_name = 'bill_lines_equal_charges' and not passed
