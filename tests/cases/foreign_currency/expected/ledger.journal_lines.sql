select j.posting_month, j.side, sum(j.amount) as amount, sum(j.functional_amount) as functional_amount
from ledger.journal_lines as j
where j.document_id like 'FX-K/%' and j.customer_id = 'FX1' and j.side = 'debit'
group by j.posting_month, j.side
