with

obligations as (
    select * from {{ ref('int_obligations_identified') }}
),

documents as (
    select * from {{ ref('int_trigger_documents_judged') }}
),

contracts as (
    select * from {{ ref('stg_crm__contracts') }}
),

products as (
    select * from {{ ref('stg_crm__products') }}
),

tax_rates as (
    select * from {{ ref('tax_rates') }}
),

-- Of a line without an end a document fires the periods begun by then; a settlement's amount the
-- period that holds its date.
fired as (
    select
        obligations.obligation_id,
        obligations.method,
        obligations.minor_units,
        obligations.entity_id,
        contracts.prices_include_tax,
        products.tax_code,
        documents.document_id,
        documents.dated_on,
        documents.percent,
        documents.amount
    from obligations
    inner join documents on obligations.contract_line_id = documents.contract_line_id
    inner join contracts on obligations.contract_id = contracts.contract_id
    inner join products on obligations.product_id = products.product_id
    where
        documents.is_fired
        and obligations.is_recognised
        and (not obligations.is_open_ended or documents.dated_on >= obligations.starts_on)
        and (
            not obligations.is_open_ended
            or documents.amount is null
            or documents.dated_on <= obligations.ends_on
        )
),

taxed as (
    select
        fired.*,
        coalesce(tax_rates.rate, 0) as tax_rate,
        row_number() over (
            partition by fired.obligation_id, fired.document_id
            order by tax_rates.entity_id asc nulls last, tax_rates.valid_from desc nulls last
        ) as rate_rank
    from fired
    left join tax_rates
        on
            fired.tax_code = tax_rates.tax_code
            and fired.entity_id = coalesce(tax_rates.entity_id, fired.entity_id)
            and tax_rates.valid_from <= fired.dated_on
),

triggered as (
    select
        obligation_id,
        document_id,
        dated_on,
        {{ month_of('dated_on') }} as month,
        -- In 10^-12 of a percent; of a point in time everything at once.
        case
            when method = 'progress' then cast(percent * 1000000000000 as {{ integer_type() }})
            else cast(100000000000000 as {{ integer_type() }})
        end as percent_units,
        case
            when prices_include_tax
                then {{ net_inside('amount', 'tax_rate', 'minor_units') }}
            else amount
        end as net_amount,
        amount is not null as is_part
    from taxed
    where rate_rank = 1
)

select * from triggered
