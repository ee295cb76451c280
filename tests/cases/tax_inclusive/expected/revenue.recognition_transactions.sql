select obligation_id, economic_month, amount from revenue.recognition_transactions where obligation_id like 'TI-L%'
