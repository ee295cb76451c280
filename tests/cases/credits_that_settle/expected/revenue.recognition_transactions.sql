select economic_month, posting_month, amount from revenue.recognition_transactions where contract_line_id = 'CS-LA'
