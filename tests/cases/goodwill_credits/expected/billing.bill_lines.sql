select bill_id, contract_line_id, line_kind, adjusts_line_kind, service_month, grant_id, net_amount, tax_amount from billing.bill_lines where grant_id like 'GW-%'
