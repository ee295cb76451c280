select bill_id, line_kind, adjusts_line_kind, service_month, posting_month, net_amount from billing.bill_lines where contract_line_id = 'LU-L'
