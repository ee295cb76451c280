with

pieces as (
    select * from {{ ref('int_split_pieces_cascaded') }}
),

splits as (
    select * from {{ ref('int_splits_judged') }}
)

-- What the splits that hold say in all, posted or not.
select
    'instructed' as stage,
    splits.receipt_id,
    pieces.bill_id,
    pieces.invoice_id,
    splits.split_id,
    cast(sum(pieces.amount) as {{ money_type() }}) as amount
from pieces
inner join splits on pieces.split_id = splits.split_id
where splits.reason is null
group by splits.receipt_id, pieces.bill_id, pieces.invoice_id, splits.split_id
