select economic_month, posting_month, amount from revenue.recognition_transactions where obligation_id like 'LU-L%'
