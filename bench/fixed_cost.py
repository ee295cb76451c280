<<<<<<< HEAD
"""The fixed cost of a run on small data, against a plain ``dbt build`` of the same project.

Both run as processes of their own on the same warehouse, by turns; medians are compared. Read the
ratio, not the seconds.
=======
"""What a night costs besides dbt: `closebook run` against a plain `dbt build` of the same project.

    python bench/fixed_cost.py [rounds]

Both work on the same small demo company, already ingested and parsed, in turns, each in a process
of its own; the ratio of the medians is printed. The aim is at most 1.6.
>>>>>>> 12ba610 (Measure the fixed cost of a night; alert on late feeds; write down what was decided)
"""

from __future__ import annotations

import os
<<<<<<< HEAD
import shutil
=======
>>>>>>> 12ba610 (Measure the fixed cost of a night; alert on late feeds; write down what was decided)
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

<<<<<<< HEAD
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
=======
ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
RUN = ["run", "--as-of", "2026-02-10", "--known-on", "2026-02-10"]


def timed(words: list[str], env: dict[str, str], cwd: Path) -> float:
    """Seconds of a process; open exceptions (3) are no failure."""
    start = time.perf_counter()
    done = subprocess.run(words, env=env, cwd=cwd, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return time.perf_counter() - start


def main(rounds: int) -> None:
    """Measure and print both medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        env = os.environ | {"CLOSEBOOK_HOME": folder, "CLOSEBOOK_WAREHOUSE": "warehouse.duckdb"}
        program = str(BIN / "closebook")
        timed([program, "demo", "--customers", "8", "--months", "3", "--events", "3000"], env, ROOT)
        plain = [str(BIN / "dbt"), "build", "--exclude-resource-type", "unit_test"]
        plain += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
        plain += ["--target-path", str(home / "plain"), "--log-path", str(home / "plain")]
        timed([program, *RUN], env, ROOT)
        timed(plain, env, home)
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(timed([program, *RUN], env, ROOT))
            theirs.append(timed(plain, env, home))
    run, build = statistics.median(ours), statistics.median(theirs)
    print(f"closebook run {run:.1f} s, dbt build {build:.1f} s, ratio {run / build:.2f} (aim 1.6)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
>>>>>>> 12ba610 (Measure the fixed cost of a night; alert on late feeds; write down what was decided)
