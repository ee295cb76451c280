"""The fixed cost of a run on small data, against a plain ``dbt build`` of the same project.

Both run as processes of their own on the same warehouse, by turns; medians are compared. Read the
ratio, not the seconds.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from examples.demo import write_demo

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DAYS = ("--as-of", "2026-03-31", "--known-on", "2026-04-08")
ROUNDS = 3


def main() -> int:
    """Print seconds of each and their ratio."""
    home = Path(tempfile.mkdtemp(prefix="closebook-bench-"))
    try:
        write_demo(home / "inbox", customers=12, months=3, events=2000)
        own = {"CLOSEBOOK_HOME": str(home), "CLOSEBOOK_INBOX": str(home / "inbox")}
        run = [str(BIN / "closebook"), "run", *DAYS]
        target = ["--target-path", str(home / "plain"), "--log-path", str(home / "plain_logs")]
        build = [str(BIN / "dbt"), "build", "--exclude-resource-type", "unit_test", "--quiet",
                 "--project-dir", str(ROOT), "--profiles-dir", str(ROOT), *target]  # fmt: skip
        plain = {"CLOSEBOOK_WAREHOUSE": str(home / "warehouse.duckdb")}
        _seconds(run, own)  # ingests, and parses the project once for both
        _seconds(build, plain)
        runs, builds = [], []
        for _ in range(ROUNDS):
            runs.append(_seconds(run, own))
            builds.append(_seconds(build, plain))
        ratio = statistics.median(runs) / statistics.median(builds)
        print(f"closebook run, nothing new   {statistics.median(runs):6.1f} s")
        print(f"dbt build of the project     {statistics.median(builds):6.1f} s")
        print(f"ratio                        {ratio:6.2f}")
    finally:
        shutil.rmtree(home)
    return 0


def _seconds(command: list[str], more: dict[str, str]) -> float:
    start = time.monotonic()
    done = subprocess.run(
        command, env=os.environ | more, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-3000:]}")
    return time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main())
