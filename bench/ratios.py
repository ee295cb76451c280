"""Every ratio of speed in one run, over data made here: `make bench`, or `make bench EVENTS=…`.

Seconds depend on the machine; read the ratios. Nothing fails: what misses its mark says so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from bench import bare, fixed_cost
from bench.program import Measured, run
from bench.workload import Workload

GIB = 1 << 30
SMALLEST = 10_000_000


def main() -> int:
    """Make the data, run everything, print the table."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--events", type=int, default=SMALLEST, help="events before the last night")
    given.add_argument("--contracts", type=int, default=None, help="default: one for 500 events")
    given.add_argument("--folder", type=Path, default=Path("var/bench"), help="scratch space")
    given.add_argument("--keep", action="store_true", help="leave the last home there")
    chosen = given.parse_args()
    big = Workload(chosen.events, chosen.contracts or chosen.events // 500)
    _two_cores()
    with _scratch(chosen.folder.absolute(), chosen.keep) as folder:
        _print(_measure(big, folder))
    return 0


def _measure(big: Workload, folder: Path) -> Iterator[tuple[str, float, float]]:
    """(what, figure, the most it may be), one after the other; sentences on the way."""
    inbox, night = folder / "inbox", folder / "night.parquet"
    _say(f"write {big.events:,} events for {big.contracts:,} contracts, and a night")
    big.write(inbox, night)
    came = _size(inbox / "usage")
    fixed = fixed_cost.measure(rounds=1)
    _say(
        f"tiny data: run {fixed.run:.1f} s, plain dbt build {fixed.build:.1f} s, "
        f"without unit tests {fixed.without_unit_tests:.1f} s"
    )
    yield "a run on tiny data / plain dbt build", fixed.run / fixed.build, 1.6
    yield "  its unit tests left out", fixed.run / fixed.without_unit_tests, 1.6

    _say("bare DuckDB")
    last, next_day = str(big.last_day), str(big.night)
    bills = folder / "bare.parquet"
    yardstick = bare.build(inbox, folder / "bare.duckdb", last, bills)
    (folder / "bare.duckdb").unlink()
    home = folder / "home"
    full = _said("everything", run(home, inbox, last))
    _say(f"bare {yardstick:.1f} s; bills that differ: {_differing_bills(home, bills)}")
    yield "full, data work / bare DuckDB", full.data / yardstick, 1.5
    yield "full, GiB of memory", full.peak / GIB, 6
    yield "full, home on disk / usage Parquet", _size(home) / came, 2

    more = _said("one more day", _deliver(home, inbox, night, next_day))
    yield "one more day, data work / full", more.data / full.data, 0.2
    yield "one more day, GiB of memory", more.peak / GIB, 6
    yield (
        "one more day, whole run / (data work + 1.6 x plain dbt build)",
        more.wall / (more.data + 1.6 * fixed.build),
        1,
    )
    yield "  its unit tests left out", more.wall / (more.data + 1.6 * fixed.without_unit_tests), 1
    kept = folder / "kept"
    shutil.copytree((home / "published" / "parquet").resolve(), kept)
    shutil.rmtree(home)

    again = _said(
        "all of it anew in 2 GB", run(home, inbox, next_day, CLOSEBOOK_MEMORY_LIMIT="2GB")
    )
    yield "anew with a limit of 2 GB, GiB of memory", again.peak / GIB, 6
    yield "rows of billing that differ from it", _differing(kept, home), 0
    shutil.rmtree(home)
    shutil.rmtree(inbox)

    small = replace(big, events=max(big.events // 10, 1_000_001))
    _say(f"the same night on top of {small.events:,} events")
    small.write(inbox)
    _said("everything", run(home, inbox, last))
    less = _said("one more day", _deliver(home, inbox, night, next_day))
    yield "one more day / the same on a tenth", more.wall / less.wall, 1.3


def _deliver(home: Path, inbox: Path, night: Path, as_of: str) -> Measured:
    target = inbox / "usage" / as_of[:7] / f"{as_of}.parquet"
    shutil.copy(night, target)
    return run(home, inbox, as_of)


def _differing_bills(home: Path, bare_bills: Path) -> int:
    """Bills of the contracts on demand that the program and the bare script have not alike."""
    own = f"""
        select bill_id, net_amount, tax_amount
        from '{home}/published/parquet/billing/bills.parquet' where bill_id like 'M%'
    """
    other = f"select bill_id, net_amount, tax_amount from '{bare_bills}'"
    return _rows_apart(own, other)


def _differing(one: Path, home: Path) -> int:
    names = sorted(path.name for path in (one / "billing").glob("*.parquet"))
    other = home / "published" / "parquet"
    return sum(
        _rows_apart(f"from '{one}/billing/{name}'", f"from '{other}/billing/{name}'")
        for name in names
    )


def _rows_apart(one: str, other: str) -> int:
    con = duckdb.connect()
    con.execute("set memory_limit = '3GB'")
    apart = (
        f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
    )
    return con.execute(apart).fetchall()[0][0]


def _two_cores() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


@contextmanager
def _scratch(folder: Path, keep: bool) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _size(folder: Path) -> int:
    """Bytes of the files below a folder, those that are only linked there left out."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def _said(what: str, measured: Measured) -> Measured:
    _say(
        f"{what}: {measured.wall:.1f} s, of which ingestion {measured.ingest:.1f}, models from "
        f"usage to bills {measured.models:.1f}; {measured.peak / GIB:.1f} GiB"
    )
    _say("  " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in measured.slowest))
    return measured


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print(figures: Iterator[tuple[str, float, float]]) -> None:
    print("| what | measured | at most |\n|---|---|---|")
    for what, figure, most in figures:
        print(
            f"| {what} | {figure:.2f}{'' if figure <= most else ' (missed)'} | {most:g} |",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
