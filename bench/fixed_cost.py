"""The fixed cost of a run on small data, against a plain ``dbt build`` of the same project.

Both run as processes of their own on the same warehouse, by turns; medians are compared. Read the
ratio, not the seconds.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.program import BIN, timed
from examples.demo import write_demo

ROOT = Path(__file__).resolve().parent.parent
DAYS = ("--as-of", "2026-03-31", "--known-on", "2026-04-08")
ROUNDS = 3


@dataclass(frozen=True)
class Fixed:
    """Seconds of ``closebook run`` and of a plain ``dbt build``, medians."""

    run: float
    build: float


def measure(rounds: int = ROUNDS) -> Fixed:
    """Both on the same small warehouse, with nothing new in the inbox."""
    home = Path(tempfile.mkdtemp(prefix="closebook-bench-"))
    try:
        write_demo(home / "inbox", customers=12, months=3, events=2000)
        own = {"CLOSEBOOK_HOME": str(home), "CLOSEBOOK_INBOX": str(home / "inbox")}
        run = [str(BIN / "closebook"), "run", *DAYS]
        target = ["--target-path", str(home / "plain"), "--log-path", str(home / "plain_logs")]
        build = [str(BIN / "dbt"), "build", "--exclude-resource-type", "unit_test", "--quiet",
                 "--project-dir", str(ROOT), "--profiles-dir", str(ROOT), *target]  # fmt: skip
        plain = {"CLOSEBOOK_WAREHOUSE": str(home / "warehouse.duckdb")}
        timed(run, own)  # ingests, and parses the project once for both
        timed(build, plain)
        runs, builds = [], []
        for _ in range(rounds):
            runs.append(timed(run, own)[0])
            builds.append(timed(build, plain)[0])
        return Fixed(statistics.median(runs), statistics.median(builds))
    finally:
        shutil.rmtree(home)


def main() -> int:
    """Print seconds of each and their ratio."""
    fixed = measure()
    print(f"closebook run, nothing new   {fixed.run:6.1f} s")
    print(f"dbt build of the project     {fixed.build:6.1f} s")
    print(f"ratio                        {fixed.run / fixed.build:6.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
