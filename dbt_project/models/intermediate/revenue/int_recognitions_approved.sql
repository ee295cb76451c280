{{ config(materialized='view') }}
with

expected as (
    select * from {{ ref('int_recognitions_expected') }}
),

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

approvals as (
    select * from {{ ref('int_approvals_decided') }}
),

-- On the path of orders nothing is booked before the order is approved; the approval covers later
-- differences too.
decided as (
    select
        expected.*,
        lines.customer_id, lines.contract_id, lines.product_id, lines.product_line,
        lines.revenue_rule, lines.method, lines.trigger, lines.path, lines.currency,
        case
            when lines.path = 'transaction' then 'booked'
            else coalesce(approvals.decision, 'open')
        end as status,
        approvals.decided_on
    from expected
    inner join lines on expected.contract_line_id = lines.contract_line_id
    left join approvals
        on
            approvals.document_type = 'recognition_order'
            and expected.recognition_id = approvals.document_id
            and expected.entity_id = approvals.entity_id
)

select
    {{ all_but(['decided_on']) }},
    case when status = 'approved' then decided_on end as approved_on
from decided
