"""A home of the program in a test: deliver feeds, run the real commands, ask the warehouse."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from orchestration.dbt_project import PROJECT
from tests import program

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).with_name("closebook")

# What says where a row came from, and nothing about business.
LINEAGE = {
    "source_file", "source_row", "source_files", "file_no", "row_no", "close_no", "closed_at",
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What a command came to: its exit code, and all it printed."""

    code: int
    text: str


@dataclass(frozen=True)
class Books:
    """One home: feeds are delivered to ``inbox``, the working warehouse is ``warehouse``."""

    home: Path

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"

    def deliver(self, source: Path, tag: str = "") -> None:
        """Copy an inbox into this one; ``tag`` keeps files of different sources apart."""
        for path in sorted(source.rglob("*")):
            if not path.is_file():
                continue
            target = self.inbox / path.relative_to(source)
            if tag:
                stem, _, rest = path.name.partition(".")
                target = target.with_name(f"{stem}.{tag}.{rest}")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)

    def command(self, *words: str, check: Iterable[int] | None = None, **env: str) -> Outcome:
        """Run ``closebook`` with ``words``; with ``check``, any other exit code fails the test."""
        outcome = Outcome(*program.run(list(words), self.environment(**env)))
        if check is not None and outcome.code not in set(check):
            raise AssertionError(
                f"closebook {' '.join(words)}: exit {outcome.code}\n{outcome.text}"
            )
        return outcome

    def start(self, *words: str, **env: str) -> subprocess.Popen[str]:
        """Start the installed ``closebook`` with ``words`` and do not wait for it."""
        return subprocess.Popen(
            [PROGRAM, *words], env=self.environment(**env), cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def crash(self, point: str, *words: str) -> None:
        """Run ``closebook`` with ``words`` and kill it (SIGKILL) where it reaches ``point``."""
        code, text = program.run(list(words), self.environment(), kill_at=point)
        assert code == -signal.SIGKILL, f"{point} was not reached:\n{text}"

    def environment(self, **more: str) -> dict[str, str]:
        own = {"CLOSEBOOK_HOME": str(self.home), "CLOSEBOOK_INBOX": str(self.inbox)}
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CLOSEBOOK_")}
        return kept | own | more

    def run(self, as_of: str, known_on: str | None = None) -> Outcome:
        """The nightly; open exceptions (exit 3) are no failure."""
        return self.command("run", "--as-of", as_of, "--known-on", known_on or as_of, check=(0, 3))

    def close(self, month: str, known_on: str) -> Outcome:
        """Close a month for every entity; a blocked close fails the test."""
        return self.command("close", month, "--known-on", known_on, check=(0,))

    def query(self, sql: str) -> list[tuple]:
        """Rows of ``sql`` on the working warehouse, which nobody else holds."""
        with duckdb.connect(str(self.warehouse), read_only=True) as con:
            return con.execute(sql).fetchall()

    def columns(self, table: str) -> list[str]:
        schema, _, name = table.partition(".")
        found = self.query(
            "select column_name from information_schema.columns "
            f"where table_schema = '{schema}' and table_name = '{name}' order by ordinal_position"
        )
        return [row[0] for row in found]

    def figures(self, schemas: Iterable[str]) -> dict[str, Counter]:
        """Every table of ``schemas`` as a bag of rows, without what says where a row came from."""
        names = ", ".join(f"'{schema}'" for schema in schemas)
        tables = self.query(
            "select table_schema || '.' || table_name from information_schema.tables "
            f"where table_schema in ({names}) order by 1"
        )
        bags = {}
        for (table,) in tables:
            kept = [f'"{name}"' for name in self.columns(table) if name not in LINEAGE]
            rows = self.query(f"select {', '.join(kept)} from {table}")
            bags[table] = Counter(tuple(str(value) for value in row) for row in rows)
        return bags


def run_dbt(home: Path, *words: str) -> str:
    """Run dbt on ``home``'s warehouse, from the parse that the program has kept; what it prints.

    The parse holds for a warehouse named as the program names it, so dbt works in the home.
    """
    target = home / "target"
    target.mkdir()
    shutil.copy(PROJECT.parsed / "partial_parse.msgpack", target)
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), *words, "--quiet", "--project-dir", ROOT,
         "--profiles-dir", ROOT, "--target-path", target, "--log-path", home / "logs"],
        env=os.environ | {"CLOSEBOOK_WAREHOUSE": Books(home).warehouse.name}, cwd=home, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def plain(value: object) -> str:
    """A value as it is compared: a number by its value, all else as text, nothing as ``""``."""
    text = "" if value is None else str(value)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return f"{number.normalize():f}" if number else "0"


def read_expected(path: Path) -> tuple[list[str], Counter]:
    """Columns and rows of an expected table."""
    with path.open(newline="", encoding="utf-8") as source:
        header, *rows = csv.reader(source)
    return header, Counter(tuple(plain(value) for value in row) for row in rows)


def assert_same_figures(actual: dict[str, Counter], expected: dict[str, Counter]) -> None:
    """Fails with the first rows by which two sets of tables differ, table by table."""
    lines = []
    for table in sorted(actual.keys() | expected.keys()):
        more = actual.get(table, Counter()) - expected.get(table, Counter())
        less = expected.get(table, Counter()) - actual.get(table, Counter())
        if more or less:
            lines.append(f"{table}: {more.total()} rows too many, {less.total()} missing")
            lines += [f"  + {row}" for row in list(more)[:3]]
            lines += [f"  - {row}" for row in list(less)[:3]]
    assert not lines, "\n".join(lines)
