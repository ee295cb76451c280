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
    """Seconds of ``closebook run``, of ``dbt build`` as typed, and of it without unit tests.

    Medians. dbt runs a project's unit tests in every build unless told not to; a run does not.
    """

    run: float
    build: float
    without_unit_tests: float


def measure(rounds: int = ROUNDS) -> Fixed:
    """Both on the same small warehouse, with nothing new in the inbox."""
    home = Path(tempfile.mkdtemp(prefix="closebook-bench-"))
    try:
        write_demo(home / "inbox", customers=12, months=3, events=2000)
        own = {"CLOSEBOOK_HOME": str(home), "CLOSEBOOK_INBOX": str(home / "inbox")}
        run = [str(BIN / "closebook"), "run", *DAYS]
        target = ["--target-path", str(home / "plain"), "--log-path", str(home / "plain_logs")]
        build = [str(BIN / "dbt"), "build", "--quiet",
                 "--project-dir", str(ROOT), "--profiles-dir", str(ROOT), *target]  # fmt: skip
        fewer = [*build, "--exclude-resource-type", "unit_test"]
        plain = {"CLOSEBOOK_WAREHOUSE": str(home / "warehouse.duckdb")}
        timed(run, own)  # ingests, and parses the project once for both
        timed(fewer, plain)
        every = [
            (timed(run, own)[0], timed(build, plain)[0], timed(fewer, plain)[0])
            for _ in range(rounds)
        ]
        return Fixed(*(statistics.median(seconds) for seconds in zip(*every, strict=True)))
    finally:
        shutil.rmtree(home)


def main() -> int:
    """Print seconds of each and their ratio."""
    fixed = measure()
    print(f"closebook run, nothing new   {fixed.run:6.1f} s")
    print(f"dbt build of the project     {fixed.build:6.1f} s")
    print(f"  without its unit tests     {fixed.without_unit_tests:6.1f} s")
    print(f"ratio                        {fixed.run / fixed.build:6.2f}")
    print(f"  without its unit tests     {fixed.run / fixed.without_unit_tests:6.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
