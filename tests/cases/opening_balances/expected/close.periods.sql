select month, status from close.periods where entity_id = 'DE01'
