select month, billed_to_date, recognised_to_date, contract_asset, contract_liability from revenue.contract_positions where contract_id = 'LC-K'
