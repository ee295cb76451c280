with

lines as (
    select * from {{ ref('int_revenue_lines_resolved') }}
),

documents as (
    select * from {{ ref('int_trigger_documents_judged') }}
),

prices as (
    select
        contract_line_id,
        sum(transaction_price) as transaction_price
    from {{ ref('int_obligations_identified') }}
    where not is_recognised
    group by contract_line_id
),

-- A line whose revenue nobody has ruled, or ruled in a way that does not fit it, is never a silent
-- nought.
judged as (
    select
        case
            when not lines.rule_is_known then 'unknown_revenue_rule'
            when not lines.rule_fits then 'revenue_rule_misfit'
            else 'obligation_not_recognised'
        end as kind,
        lines.*,
        coalesce(prices.transaction_price, 0) as amount
    from lines
    left join prices on lines.contract_line_id = prices.contract_line_id
    where not lines.is_recognised
),

found as (
    select
        kind,
        'contract_lines' as object,
        contract_line_id as key,
        entity_id,
        starts_on as dated_on,
        currency,
        cast(amount as {{ money_type() }}) as amount,
        'Contract line ' || contract_line_id || case kind
            when 'unknown_revenue_rule' then ' names a revenue rule that is in no seed: '
            when 'revenue_rule_misfit' then ' charges by ' || charge_model || ', not for its rule '
            else ' is recognised in a way that is not built, nothing of it is recognised: rule '
        end || coalesce(revenue_rule, '(none)')
        || coalesce(', bundle ' || bundle_id, '') as reason,
        case kind
            when 'unknown_revenue_rule' then 'Add the rule to the seed, or correct the line'
            when 'revenue_rule_misfit' then 'Give the line a rule for its charge model'
            else 'Give the line a rule that is built, or waive the amount'
        end as remedy,
        source_file,
        source_row
    from judged
    union all
    -- A document that contradicts its line's rule changes nothing until one of them is mended.
    select
        defect as kind,
        object,
        document_id as key,
        entity_id,
        dated_on,
        currency,
        cast(coalesce(amount, 0) as {{ money_type() }}) as amount,
        object || ' ' || document_id || case defect
            when 'unknown_contract_line' then ' names a contract line that does not exist: '
            when 'progress_above_hundred' then ' states more than 100 percent of contract line '
            else ' does not fit the revenue rule of contract line '
        end || contract_line_id as reason,
        'Correct the document, or the line it names' as remedy,
        source_file,
        source_row
    from documents
    where defect is not null
)

select {{ exception_columns() }} from found
