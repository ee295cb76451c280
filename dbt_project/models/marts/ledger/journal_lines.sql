with

unposted as (
    select * from {{ ref('int_journal_legs_unposted') }}
),

posted as (
    select * from {{ ref('stg_posted__journal_lines') }}
),

-- An entry is what one event of one document books in one month.
identified as (
    select
        *,
        'J-' || {{ short_hash(
            "entity_id || '/' || event_type || '/' || document_type || '/' || document_id"
            ~ " || '/' || economic_month || '/' || posting_month || '/' || currency"
        ) }} as entry_id,
        min(posted_on) over (
            partition by
                entity_id, event_type, document_type, document_id,
                economic_month, posting_month, currency
        ) as entry_on
    from unposted
),

numbered as (
    select
        *,
        row_number() over (
            partition by entry_id
            order by
                side desc, account_code, customer_id nulls first, contract_id nulls first,
                product_line nulls first, cost_center nulls first, profit_center nulls first,
                amount desc
        ) as line_no,
        dense_rank() over (
            partition by entity_id, posting_month
            order by entry_on, event_type, document_type, document_id, economic_month, entry_id
        ) as voucher_no
    from identified
),

final as (
    select
        entry_id, line_no, voucher_number, entity_id, posting_month, economic_month, posted_on,
        event_type, account_code, side, currency, amount, functional_currency, functional_amount,
        customer_id, contract_id, product_line, cost_center, profit_center, document_type,
        document_id
    from posted
    union all
    select
        entry_id, line_no, {{ voucher_number('entity_id', 'posting_month', 'voucher_no') }},
        entity_id, posting_month, economic_month, entry_on, event_type, account_code, side,
        currency, amount, functional_currency, functional_amount, customer_id, contract_id,
        product_line, cost_center, profit_center, document_type, document_id
    from numbered
)

select
    entry_id,
    line_no,
    voucher_number,
    entity_id,
    posting_month,
    economic_month,
    posted_on,
    event_type,
    account_code,
    side,
    currency,
    amount,
    functional_currency,
    functional_amount,
    customer_id,
    contract_id,
    product_line,
    cost_center,
    profit_center,
    document_type,
    document_id
from final
