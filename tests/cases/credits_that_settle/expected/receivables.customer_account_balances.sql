select product_line, balance from receivables.customer_account_balances where customer_id = 'CS1' and as_of = date '2026-03-31'
