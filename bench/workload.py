"""The feeds of a bench: the demo company, with contracts on demand and events by the million."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from examples.demo import FIRST_DAY, write_demo

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

    def write(self, inbox: Path, night: Path | None = None) -> None:
        """The feeds of the 34 days, and one more day of the same size as a file of its own.

        That day holds copies and revisions of earlier days, and events up to ninety days late.
        """
        write_demo(
            inbox, customers=40, months=2, events=self.events, seed=SEED,
            contracts=self.contracts, days=DAYS, day_after=night,
        )  # fmt: skip
