select receipt_id, bill_id, amount, applied_on, stage from receivables.receipt_applications where receipt_id like 'FSBANK/%'
