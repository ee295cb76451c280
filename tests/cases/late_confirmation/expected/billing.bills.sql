select bill_id, status, gross_amount, billed_on, case when status = 'confirmed' then outstanding_amount end as outstanding_amount from billing.bills where customer_id = 'LC1'
