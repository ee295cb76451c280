select bill_id, account_id, line_kind, service_from, net_amount from billing.bill_lines where contract_line_id like 'QA-%'
