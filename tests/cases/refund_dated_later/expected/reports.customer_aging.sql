select as_of, customer_id, outstanding, unapplied from reports.customer_aging where customer_id like 'RD%'
