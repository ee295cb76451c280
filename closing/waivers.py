"""What each waiver was given for: its exception's amount when a build first saw it in force.

``landing/waivers.jsonl`` is append-only, one line a waiver, exception and day of waiving; landing
is what makes the warehouse disposable, and no feed says these amounts. A later version of a waiver
with another ``waived_on`` is a new decision and gets a line of its own.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from closing.files import sync_folder

_KEY = ("waiver_id", "exception_id", "waived_on")
_COLUMNS = (*_KEY, "currency", "amount")


def load_waived(con: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Make ``control.waived_amounts`` what landing has recorded."""
    con.execute(
        """
        create or replace table control.waived_amounts (
            waiver_id varchar, exception_id varchar, waived_on date, currency varchar,
            amount decimal(20, 4)
        )
        """
    )
    lines = _read(_path(landing))
    if lines:
        cells = {name: pa.array([line[name] for line in lines], pa.string()) for name in _COLUMNS}
        con.register("waived_lines", pa.table(cells))
        con.execute("insert into control.waived_amounts select * from waived_lines")
        con.unregister("waived_lines")


def record_waived(con: duckdb.DuckDBPyConnection, landing: Path) -> int:
    """Record the waivers that the build found in force for the first time; returns how many."""
    path = _path(landing)
    known = {tuple(line[name] for name in _KEY) for line in _read(path)}
    found = con.execute(
        f"select {', '.join(_COLUMNS)} from intermediate.int_waivers_judged where is_valid"
        " order by all"
    ).fetchall()
    rows = [dict(zip(_COLUMNS, map(_text, row), strict=True)) for row in found]
    fresh = [row for row in rows if tuple(row[name] for name in _KEY) not in known]
    if not fresh:
        return 0
    days = con.execute("select as_of, known_on from control.run_days").fetchone()
    assert days is not None
    said = {
        "as_of": _text(days[0]),
        "known_on": _text(days[1]),
        "recorded_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(row | said, ensure_ascii=False) + "\n" for row in fresh)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
    return len(fresh)


def _path(landing: Path) -> Path:
    return landing / "waivers.jsonl"


def _read(path: Path) -> list[dict[str, Any]]:
    """Every recorded line. A last one torn by a crash is cut off: the next build records it."""
    if not path.exists():
        return []
    whole, newline, torn = path.read_bytes().rpartition(b"\n")
    if torn:
        with path.open("r+b") as file:
            file.truncate(len(whole) + len(newline))
            os.fsync(file.fileno())
    return [json.loads(line) for line in whole.splitlines()]


def _text(value: str | date | Decimal | None) -> str | None:
    return None if value is None else str(value)
