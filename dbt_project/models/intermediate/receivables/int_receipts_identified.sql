with

receipts as (
    select * from {{ ref('int_receipts_seen') }}
),

named as (
    select * from {{ ref('int_payers_named') }}
),

openings as (
    select * from {{ ref('int_openings_seen') }} where kind = 'receipt'
),

-- Several candidates of one means are none, but a family's numbers name its parent.
judged as (
    select
        receipt_id,
        means_no,
        means,
        case
            when count(*) = 1 then min(customer_id)
            when means = 'number' and min(family_id) = max(family_id) then min(family_id)
        end as customer_id
    from named
    group by receipt_id, means_no, means
),

-- The first means that names one customer, in the order decision, account, split, number, name.
ranked as (
    select
        *,
        row_number() over (partition by receipt_id order by means_no) as choice
    from judged
    where customer_id is not null
),

payers as (
    select * from ranked where choice = 1
),

identified as (
    select
        receipts.receipt_id,
        receipts.bank_account,
        receipts.entity_id,
        receipts.statement_id,
        receipts.booked_on,
        receipts.value_on,
        receipts.currency,
        receipts.amount,
        receipts.payer_name,
        receipts.payer_account,
        receipts.remittance_text,
        receipts.bank_reference,
        receipts.end_to_end_reference,
        payers.customer_id,
        coalesce(payers.means, 'unidentified') as identified_by,
        receipts.returned_on,
        cast(null as varchar) as product_line,
        receipts.source_file,
        receipts.source_row
    from receipts
    left join payers using (receipt_id)
),

opening_receipts as (
    select
        opening_id as receipt_id,
        cast(null as varchar) as bank_account,
        entity_id,
        cast(null as varchar) as statement_id,
        document_date as booked_on,
        document_date as value_on,
        currency,
        amount,
        cast(null as varchar) as payer_name,
        cast(null as varchar) as payer_account,
        cast(null as varchar) as remittance_text,
        document_number as bank_reference,
        cast(null as varchar) as end_to_end_reference,
        customer_id,
        'opening' as identified_by,
        cast(null as date) as returned_on,
        product_line,
        source_file,
        source_row
    from openings
),

united as (
    select * from identified
    union all
    select * from opening_receipts
)

select * from united
