select kind, key from close.exceptions where upper(key) like 'VC%'
