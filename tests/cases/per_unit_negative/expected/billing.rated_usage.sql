select contract_line_id, service_month, events, quantity, amount_unrounded, amount from billing.rated_usage where contract_line_id = 'PN-L'
