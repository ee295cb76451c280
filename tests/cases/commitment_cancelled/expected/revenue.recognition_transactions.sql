select recognition_id, economic_month, posting_month, amount from revenue.recognition_transactions where obligation_id like 'QC%'
