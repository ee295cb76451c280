select receipt_id, customer_id, identified_by, amount, applied_amount, unapplied_amount from receivables.receipts where bank_account like 'BK%'
