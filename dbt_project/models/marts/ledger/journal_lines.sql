with

unposted as (
    select * from {{ ref('int_journal_legs_unposted') }}
),

posted as (
    select * from {{ ref('stg_posted__journal_lines') }}
),

-- An entry is what one event of one document books in one month.
entries as (
    select
        {{ entry_key() }},
        min(posted_on) as entry_on,
        count(*) = 2 and sum(case when side = 'debit' then 1 else 0 end) = 1 as is_pair
    from unposted
    group by {{ entry_key() }}
),

identified as (
    select
        *,
        'J-' || {{ short_hash(
            "entity_id || '/' || event_type || '/' || document_type || '/' || document_id"
            ~ " || '/' || economic_month || '/' || posting_month || '/' || currency"
        ) }} as entry_id
    from entries
),

vouchers as (
    select
        *,
        row_number() over (
            partition by entity_id, posting_month
            order by entry_on, event_type, document_type, document_id, economic_month, entry_id
        ) as voucher_no
    from identified
),

-- Debits first. One debit and one credit, as most entries are, need no sorting.
numbered as (
    select
        unposted.*, vouchers.entry_id, vouchers.entry_on, vouchers.voucher_no,
        case unposted.side when 'debit' then 1 else 2 end as line_no
    from unposted
    inner join vouchers using ({{ entry_key() }})
    where vouchers.is_pair
    union all
    select
        unposted.*, vouchers.entry_id, vouchers.entry_on, vouchers.voucher_no,
        row_number() over (
            partition by vouchers.entry_id
            order by
                unposted.side desc, unposted.account_code, unposted.customer_id nulls first,
                unposted.contract_id nulls first, unposted.product_line nulls first,
                unposted.cost_center nulls first, unposted.profit_center nulls first,
                unposted.amount desc
        ) as line_no
    from unposted
    inner join vouchers using ({{ entry_key() }})
    where not vouchers.is_pair
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
    entry_id, line_no, voucher_number, entity_id, posting_month, economic_month, posted_on,
    event_type, account_code, side, currency, amount, functional_currency, functional_amount,
    customer_id, contract_id, product_line, cost_center, profit_center, document_type, document_id
from final
