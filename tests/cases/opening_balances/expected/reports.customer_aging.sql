select product_line, outstanding, d0_30, d31_60, d61_90, d91_180, d181_365, d366_up, unapplied, net from reports.customer_aging where customer_id = 'OB1' and as_of = date '2026-03-31' and net <> 0
