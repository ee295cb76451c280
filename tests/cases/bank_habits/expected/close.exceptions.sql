select kind, key, entity_id, dated_on, amount from close.exceptions where key like 'BK%' and object in ('bank_statements', 'bank_entries')
