select entry_on, cast(sign(amount) as integer) as entry_kind_sign, amount from receivables.customer_account_entries where customer_id = 'LC1'
