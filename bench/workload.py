"""The feeds of a bench: the demo company, with contracts on demand and events by the million."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from examples.demo import FIRST_DAY, write_demo
from examples.usage import write_late_day

DAYS = 34
SEED = 1


@dataclass(frozen=True)
class Workload:
    """``events`` events over 34 days for ``contracts`` contracts, one account and product each."""

    events: int
    contracts: int

    @property
    def last_day(self) -> date:
        return FIRST_DAY + timedelta(DAYS - 1)

    @property
    def night(self) -> date:
        return FIRST_DAY + timedelta(DAYS)

    def write(self, inbox: Path) -> None:
        """The feeds of the 34 days."""
        write_demo(
            inbox, customers=40, months=2, events=self.events, seed=SEED,
            contracts=self.contracts, days=DAYS,
        )  # fmt: skip

    def write_night(self, path: Path, inbox: Path) -> None:
        """One more day of the same size: copies, revisions, and events up to ninety days late."""
        con = duckdb.connect()
        con.execute("set threads = 2; set memory_limit = '2GB'")
        con.execute(_STREAMS.format(crm=inbox / "crm"))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_late_day(con, path, self.events, SEED, DAYS)
        con.close()


# The streams of the contracts on demand, as the feeds tell them. Midnight of the first day in UTC.
_STREAMS = """
    create table streams as
    select
        row_number() over (order by lines.contract_line_id) - 1 as stream_no,
        lines.account_id,
        lines.product_id,
        case contracts.entity_id
            when 'CN01' then timestamp '2025-12-31 16:00:00'
            else timestamp '2026-01-01 05:00:00'
        end as starts_at,
        case when lines.product_id like 'CALLS%' then 'calls' else 'hours' end as measure
    from read_csv('{crm}/contract_lines.*-metered.csv') as lines
    join read_csv('{crm}/contracts.*-metered.csv') as contracts using (contract_id)
"""
