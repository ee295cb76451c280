select bank_account as statement, opening, booked, closing, difference, entries from receivables.bank_statements where bank_account = 'SOBANK'
