"""One home: its settings, its days, its alerts and logs."""

from __future__ import annotations

import csv
import getpass
import json
import logging
import shlex
import subprocess
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from ingestion.checks import quoted
from ingestion.settings import Settings
from orchestration.dbt_project import PROJECT_ROOT

LOG_DAYS = 30
log = logging.getLogger("closebook")


def tune(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """What a home's settings and many rows ask of a database that models are built in."""
    if settings.memory_limit:
        con.execute(f"set memory_limit = {quoted(settings.memory_limit)}")
    if settings.threads:
        con.execute(f"set threads = {settings.threads}")
    # Blocks of memory that are kept instead of given back and asked for again at every table: the
    # kernel clearing pages took a twentieth of a night. It cannot be lowered, and dbt holds on to a
    # database that this process may open again.
    held = con.execute("select current_setting('block_allocator_memory')").fetchall()
    if held == [("0 bytes",)]:
        con.execute("set block_allocator_memory = '50%'")
    con.execute("set preserve_insertion_order = false")
    # Every thread writes its row groups as they fill; by default the last of five are put together
    # first and written by one thread, which takes a table half as long again.
    con.execute("set write_buffer_row_group_count = 1")
    # Unpacking the bits of a decimal wider than 18 digits takes 200 ns a value, at every read. A
    # dictionary stores texts as small as the two others, which are tried out at every write.
    con.execute("set disabled_compression_methods = 'bitpacking,fsst,zstd'")


@cache
def _time_zones() -> dict[str, ZoneInfo]:
    with (PROJECT_ROOT / "seeds" / "legal_entities.csv").open(encoding="utf-8") as handle:
        return {row["entity_id"]: ZoneInfo(row["time_zone"]) for row in csv.DictReader(handle)}


def first_time_zone() -> ZoneInfo:
    """Time zone of the first legal entity of the seeds."""
    return next(iter(_time_zones().values()))


def local_day(moment: datetime, entity_id: str | None) -> date:
    """Day of a UTC moment where an entity keeps its books (the first entity for none)."""
    zone = _time_zones().get(entity_id or "", first_time_zone())
    return moment.replace(tzinfo=UTC).astimezone(zone).date()


def today() -> date:
    """Today where the first entity keeps its books."""
    return datetime.now(first_time_zone()).date()


def last_day(month: str) -> date:
    """Last day of a month ``YYYY-MM``."""
    year, number = (int(part) for part in month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def current_person() -> str:
    """Who runs this process, for the record of a close."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "closebook close"


def alert(settings: Settings, kind: str, **about: Any) -> None:
    """Call the alert command with one JSON line, as its last argument and on its input.

    A command that fails or hangs is logged and harms nothing.
    """
    if settings.alert_command is None:
        return
    happened = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"alert": kind, "at": happened, **about}, ensure_ascii=False, default=str)
    command = settings.alert_command.get_secret_value()
    shell = any(mark in command for mark in "|&;<>$`()")
    words = ["sh", "-c", command, "alert", line] if shell else [*shlex.split(command), line]
    try:
        subprocess.run(words, input=line + "\n", text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as cause:
        log.warning("the alert command failed: %s", type(cause).__name__)


def unfinished_build(con: duckdb.DuckDBPyConnection, database: str) -> str | None:
    """What to say of a build of an attached warehouse that began and has not ended; else None."""
    marked = con.execute(
        f"select 1 from duckdb_tables() where database_name = {quoted(database)}"
        " and schema_name = 'control' and table_name = 'unfinished_build'"
    ).fetchone()
    if not marked:
        return None
    found = con.execute(
        f"select strftime(began_at, '%Y-%m-%d %H:%M') from {database}.control.unfinished_build"
    ).fetchone()
    if not found:
        return None
    return f"the build that began at {found[0]} UTC did not end well: the books are half built"


def start_log(settings: Settings) -> None:
    """One log file a day in ``logs/``; files older than :data:`LOG_DAYS` are removed."""
    folder = settings.logs_path
    folder.mkdir(parents=True, exist_ok=True)
    oldest = datetime.now(UTC).timestamp() - LOG_DAYS * 86400
    for path in folder.glob("*.log*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    path = folder / f"closebook-{datetime.now(UTC):%Y-%m-%d}.log"
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def run_record(published: Path) -> dict[str, Any]:
    """What the last publication said of itself; empty before the first."""
    path = published / "run.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
