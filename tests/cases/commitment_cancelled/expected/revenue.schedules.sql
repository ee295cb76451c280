select obligation_id, month, scheduled_amount from revenue.schedules where obligation_id like 'QC%-C'
