select receipt_id, applied_amount, refunded_amount, bank_charge_amount, unapplied_amount
from receivables.receipts where bank_account = 'RDBANK'
