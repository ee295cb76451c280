select statement_id, opening, booked, closing, difference, entries, previous_statement_id, len(source_files) as files from receivables.bank_statements where bank_account like 'BK%'
