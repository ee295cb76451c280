select bill_id, amount, stage, posting_month from receivables.receipt_applications
where receipt_id like 'RDBANK%'
