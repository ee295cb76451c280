"""Closes the demo company month by month with the real commands, as its accountants would have.

Each month's files are laid into the inbox when they would have come, then the month is closed as of
the eighth of the next. The last month holds mistakes that nobody has mended: it stays blocked, and
the close says by what. Run again, it finds the months closed and only asks about the last one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from examples.demo import add_months, delivery_month, write_demo

PROGRAM = Path(sys.executable).with_name("closebook")
BLOCKED = 2

FIGURES = """
    select
        currency,
        sum(billed) as billed,
        sum(received) as received,
        sum(recognised) as recognised
    from reports.close_statistics
    where month = $month
    group by currency
    order by currency
"""
OVERDUE = """
    with asked as (
        -- A month that stays open has no figures of its end yet: the latest there are.
        select coalesce(
            max(as_of) filter (where as_of = last_day(cast($month || '-01' as date))), max(as_of)
        ) as as_of
        from reports.customer_overdue
    )
    select currency, count(*) as bills, sum(outstanding) as outstanding
    from reports.customer_overdue
    inner join asked using (as_of)
    where days_overdue > 0
    group by currency
    order by currency
"""


def main(home: Path, customers: int = 40, months: int = 6, events: int = 50_000) -> int:
    """Fill ``home``, close its months in order; 0 when all but the last are closed.

    The sizes are what :func:`examples.demo.write_demo` takes.
    """
    started = time.monotonic()
    home.mkdir(parents=True, exist_ok=True)
    feeds = home / "demo_feeds"
    if not feeds.exists():
        print("writing the demo company's feeds")
        draft = home / "demo_feeds.part"
        shutil.rmtree(draft, ignore_errors=True)
        write_demo(draft, customers, months, events)
        draft.rename(feeds)
    files = sorted(path for path in feeds.rglob("*") if path.is_file())
    delivered = sorted({delivery_month(path) for path in files})
    closed = _closed_months(home)
    for month in delivered:
        if month in closed:
            print(f"\n{month}  closed before")
            _print_figures(home, month)
            continue
        arrived = [path for path in files if delivery_month(path) == month]
        new = _lay_into_inbox(feeds, home / "inbox", arrived)
        if month == delivered[-1] and not new and _was_blocked(home, month):
            print(f"\n{month}  blocked before, and nothing has come since:", flush=True)
            _print_figures(home, month)
            _closebook(home, "exceptions")
            continue
        known_on = add_months(date.fromisoformat(f"{month}-08"), 1)
        print(f"\n{month}  {new} files arrive; closing as known on {known_on}", flush=True)
        code = _closebook(home, "close", month, "--known-on", str(known_on))
        if code != (BLOCKED if month == delivered[-1] else 0):
            print(f"close {month}: exit {code}, which was not to be expected", file=sys.stderr)
            return 1
        _print_figures(home, month)
        if code == BLOCKED:
            print(f"\n{month} stays blocked by what is listed above: its mistakes are on purpose.")
    shown, program = os.path.relpath(home), os.path.relpath(PROGRAM)
    print(
        f"\nWhere to look next ({time.monotonic() - started:.0f} s):\n"
        f"  {shown}/published/closebook.duckdb     every mart and report, read-only\n"
        f"  {shown}/published/parquet/             the same as Parquet\n"
        f"  CLOSEBOOK_HOME={shown} {program} exceptions   what waits for a person\n"
        f"  CLOSEBOOK_HOME={shown} {program} ui           the asset graph and its checks"
    )
    return 0


def _closebook(home: Path, *words: str) -> int:
    environment = os.environ | {"CLOSEBOOK_HOME": str(home), "CLOSEBOOK_INBOX": str(home / "inbox")}
    return subprocess.run([PROGRAM, *words], env=environment, check=False).returncode


def _closed_months(home: Path) -> set[str]:
    """Months that every entity has closed, by the published copy."""
    published = home / "published" / "closebook.duckdb"
    if not published.exists():
        return set()
    with duckdb.connect(str(published), read_only=True) as con:
        rows = con.execute(
            "select month from close.periods group by month having bool_and(status = 'closed')"
        ).fetchall()
    return {month for (month,) in rows}


def _was_blocked(home: Path, month: str) -> bool:
    """Whether the published copy knows the month and an open exception that blocks it."""
    published = home / "published" / "closebook.duckdb"
    if not published.exists():
        return False
    with duckdb.connect(str(published), read_only=True) as con:
        found = con.execute(
            """
            select count(*)
            from close.periods
            inner join close.exceptions
                on dated_on <= last_day(cast(month || '-01' as date)) and resolved_on is null
            where month = $month and status = 'open'
            """,
            {"month": month},
        ).fetchone()
    return bool(found and found[0])


def _lay_into_inbox(feeds: Path, inbox: Path, arrived: list[Path]) -> int:
    """Copy files that are not there yet, and count them; a copy is whole before it has its name."""
    new = 0
    for path in arrived:
        target = inbox / path.relative_to(feeds)
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.tmp")
        shutil.copyfile(path, draft)
        draft.rename(target)
        new += 1
    return new


def _print_figures(home: Path, month: str) -> None:
    """What was billed, received and recognised in the month, and what is overdue at its end."""
    with duckdb.connect(str(home / "published" / "closebook.duckdb"), read_only=True) as con:
        figures = con.execute(FIGURES, {"month": month}).fetchall()
        overdue = {
            currency: (bills, amount)
            for currency, bills, amount in con.execute(OVERDUE, {"month": month}).fetchall()
        }
    for currency, billed, received, recognised in figures:
        bills, late = overdue.get(currency, (0, Decimal(0)))
        print(
            f"  {currency}  billed {billed:>13,.2f}  received {received:>13,.2f}"
            f"  recognised {recognised:>13,.2f}  overdue {late:>12,.2f} on {bills} bills"
        )


if __name__ == "__main__":
    sys.exit(main(Path(os.environ.get("CLOSEBOOK_HOME", "var/demo")).absolute()))
