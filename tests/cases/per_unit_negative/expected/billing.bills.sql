select bill_id, net_amount, gross_amount, status, gross_amount as outstanding_amount from billing.bills where customer_id = 'PN1'
