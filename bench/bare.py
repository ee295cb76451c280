"""The yardstick: usage Parquet to kept events without copies, a daily roll-up, bills, in DuckDB.

No raw feed is checked, no row is traced to its file, nothing is posted. The types are those of the
program: ids of 16 bytes, quantities as the files have them, decimals throughout.
"""

from __future__ import annotations

import time
from pathlib import Path

import duckdb

# Every id is asked once over all files; what came more than once is settled by itself.
_SETTLED = """
    create table repeated as
    select event_id from read_parquet('{files}') group by event_id having count(*) > 1;

    create table settled as
    select events.*
    from read_parquet('{files}', filename = true, file_row_number = true) as events
    semi join repeated using (event_id)
    qualify row_number() over (
        partition by event_id order by revision desc, filename, file_row_number
    ) = 1;
"""

# What the program keeps by leaving it where it landed, a script keeps as a table.
_KEPT = """
    create table kept as
    select event_id, account_id, product_id, occurred_at, quantity
    from read_parquet('{files}') anti join repeated using (event_id)
    union all
    select event_id, account_id, product_id, occurred_at, quantity from settled;
"""

# A day is that of the legal entity: eight hours before UTC, five behind (no summer time here).
_DAILY = """
    create table daily as
    select
        account_id,
        product_id,
        cast(occurred_at + case when product_id like '%-CN' then interval 8 hours
            else interval (-5) hours end as date) as used_on,
        count(*) filter (where quantity <> 0) as events,
        cast(sum(quantity) as decimal(28, 6)) as quantity
    from kept
    group by all;
"""

_BILLS = """
    create table bills as
    with lines as (
        select
            lines.contract_line_id, lines.contract_id, lines.account_id, lines.product_id,
            lines.charge_model, cast(lines.unit_price as decimal(10, 4)) as unit_price,
            coalesce(lines.included_quantity, 0) as included_quantity,
            cast(case contracts.entity_id when 'CN01' then 0.06 else 0 end as decimal(4, 2))
                as tax_rate,
            case when lines.product_id like 'CALLS%' then 'API' else 'Compute' end as product_line
        from read_csv('{crm}/contract_lines.*-metered.csv') as lines
        join read_csv('{crm}/contracts.*-metered.csv') as contracts using (contract_id)
    ),
    monthly as (
        select
            lines.*, strftime(used_on, '%Y-%m') as month,
            cast(sum(quantity) as decimal(18, 6)) as quantity
        from daily
        join lines using (account_id, product_id)
        where used_on <= date '{as_of}'
        group by all
    ),
    tiers as (
        select
            contract_line_id, cast(up_to as decimal(18, 6)) as up_to,
            cast(unit_price as decimal(10, 4)) as unit_price, flat_amount,
            coalesce(lag(cast(up_to as decimal(18, 6))) over (
                partition by contract_line_id order by tier_no
            ), 0) as lower_bound
        from read_csv('{crm}/price_tiers.*-metered.csv')
    ),
    graduated as (
        select
            contract_line_id, month,
            sum(greatest(least(q, coalesce(up_to, q)) - lower_bound, 0) * tiers.unit_price
                + case when q > lower_bound then flat_amount else 0 end) as amount
        from (select *, greatest(quantity - included_quantity, 0) as q from monthly)
        join tiers using (contract_line_id)
        group by all
    ),
    rated as (
        select
            monthly.*,
            cast(round(coalesce(graduated.amount, quantity * unit_price), 2) as decimal(18, 2))
                as net_amount
        from monthly left join graduated using (contract_line_id, month)
    )
    select
        contract_id || '/' || product_line || '/' || month as bill_id,
        sum(net_amount) as net_amount,
        sum(cast(round(net_amount * tax_rate, 2) as decimal(18, 2))) as tax_amount
    from rated
    where quantity <> 0 or net_amount <> 0
    group by bill_id;
"""


def build(inbox: Path, database: Path, as_of: str, out: Path) -> float:
    """Build everything into ``database`` and return the seconds; the bills stand in ``out``."""
    start = time.monotonic()
    con = duckdb.connect(str(database))
    con.execute("set threads = 2; set memory_limit = '3GB'; set preserve_insertion_order = false")
    said = {"files": inbox / "usage" / "*" / "*.parquet", "crm": inbox / "crm", "as_of": as_of}
    for step in (_SETTLED, _KEPT, _DAILY, _BILLS):
        con.execute(step.format(**said))
    seconds = time.monotonic() - start
    con.execute(f"copy bills to '{out}' (format parquet)")
    con.close()
    return seconds
