with

items as (
    select * from {{ ref('int_invoice_items_judged') }}
),

invoices as (
    select * from {{ ref('int_invoices_judged') }}
),

all_invoices as (
    select * from {{ ref('stg_operations__invoices') }}
),

run_days as (
    select * from {{ ref('stg_run__days') }}
),

refused_invoices as (
    select
        case
            when reason like 'exceeds%' then 'invoice_past_its_limit'
            when reason in (
                    'unknown_customer', 'no_bill_of_the_customer', 'no_receipt_of_the_customer'
                ) then 'unknown_reference'
            else 'refused_invoice'
        end as kind,
        'invoices' as object, invoice_id as key, entity_id, issued_on as dated_on,
        currency, amount, reason, source_file, source_row
    from invoices
    where reason is not null and not is_voided
),

-- A link falls with its invoice; one that does not hold by itself is an exception of its own.
refused_links as (
    select
        case
            when items.reason like 'exceeds%' then 'invoice_past_its_limit'
            when items.reason in ('unknown_invoice', 'no_bill_of_the_customer')
                then 'unknown_reference'
            else 'refused_invoice'
        end as kind,
        'invoice_links' as object, items.item_id as key, invoices.entity_id,
        items.item_on as dated_on, invoices.currency, items.amount, items.reason,
        items.source_file, items.source_row
    from items
    left join invoices on items.invoice_id = invoices.invoice_id
    left join all_invoices on items.invoice_id = all_invoices.invoice_id
    where
        items.item_kind = 'link'
        and items.reason is not null
        and (items.reason <> 'unknown_invoice' or all_invoices.invoice_id is null)
),

-- Red letters are not carried out yet: said, never swallowed.
red_letters as (
    select
        'red_letter_not_handled' as kind, 'invoices' as object, all_invoices.invoice_id as key,
        all_invoices.entity_id, all_invoices.issued_on as dated_on, all_invoices.currency,
        cast(null as {{ money_type() }}) as amount,
        'red letter of ' || all_invoices.original_invoice_id || ' takes nothing back yet' as reason,
        all_invoices.source_file, all_invoices.source_row
    from all_invoices
    cross join run_days
    where
        all_invoices.original_invoice_id is not null
        and all_invoices.issued_on <= run_days.as_of
        and (all_invoices.voided_on is null or all_invoices.voided_on > run_days.as_of)
),

found as (
    select * from refused_invoices
    union all
    select * from refused_links
    union all
    select * from red_letters
)

select
    kind, object, key, entity_id,
    dated_on, currency, amount, reason,
    case
        when kind = 'red_letter_not_handled' then 'void the original and issue it anew'
        else 'void it or send it mended; until then it keeps counting against its limit'
    end as remedy,
    source_file, source_row
from found
