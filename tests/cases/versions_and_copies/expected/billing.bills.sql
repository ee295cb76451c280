select contract_id, billing_month, net_amount from billing.bills
where contract_id like 'VC%' and (contract_id <> 'VCKU' or net_amount <> 0)
