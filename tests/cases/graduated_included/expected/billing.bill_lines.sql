select bill_id, line_kind, service_month, posting_month, net_amount, tax_amount, gross_amount from billing.bill_lines where contract_line_id = 'GI-L'
