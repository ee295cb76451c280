select customer_id, product_line, balance from receivables.customer_account_balances where customer_id like 'CN_' and as_of = date '2026-03-31'
