select account_id, service_month, quantity, line_kind from billing.bill_lines where contract_line_id = 'VCLU'
