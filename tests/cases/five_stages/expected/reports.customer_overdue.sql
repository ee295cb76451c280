select bill_id, due_on, days_overdue, overdue_bucket, outstanding from reports.customer_overdue where customer_id = 'FS1' and as_of = date '2026-03-31'
