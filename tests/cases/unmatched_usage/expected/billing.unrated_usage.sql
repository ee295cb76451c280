select account_id, product_id, used_on, events, quantity, reason from billing.unrated_usage where account_id like 'UU%'
