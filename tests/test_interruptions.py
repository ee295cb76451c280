"""Killed at any point, or started twice: the next run ends in the same rows."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.books import Books, Outcome, assert_same_figures
from tests.conftest import CASES, TIMETABLE

SCHEMAS = ("billing", "receivables", "revenue", "ledger", "close", "reports", "posted")
USED = ("fixed_advance_amended", "late_usage_after_close", "five_stages")
CLOSE = ("close", "2026-01", "--known-on", "2026-02-10")
RUN = ("run", "--as-of", "2026-03-31", "--known-on", "2026-04-10")


def _deliver(books: Books, *boxes: str) -> None:
    for box in boxes:
        for name in USED:
            if (CASES / name / box).is_dir():
                books.deliver(CASES / name / box, f"{name}-{box.replace('.', '-')}")


@dataclass(frozen=True)
class Undisturbed:
    """Books that nothing has cut off, and what became of a run that would not wait for another."""

    books: Books
    refused: Outcome


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """January closed, then everything else delivered and run, by two runs at once."""
    books = Books(tmp_path_factory.mktemp("undisturbed"))
    _deliver(books, "inbox.1")
    books.command(*CLOSE, check=(0,))
    _deliver(books, *(box for box, _, _ in TIMETABLE[1:]))
    first = books.start(*RUN)
    second = None
    try:
        # It says each step on a line; from the first step on it holds the lock.
        assert first.stdout is not None
        for line in first.stdout:
            if "ingest" in line:
                break
        refused = books.command("run", "--as-of", "2026-03-31", "--no-wait")
        second = books.start(*RUN)
        assert _ends(first) in (0, 3)
        assert _ends(second) in (0, 3)
    finally:
        for process in (first, second):
            if process is not None:
                process.kill()
    return Undisturbed(books, refused)


def _ends(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=300)
    return process.returncode


def test_killed_at_every_point_of_close_and_run(undisturbed: Undisturbed, tmp_path: Path) -> None:
    books = Books(tmp_path)
    _deliver(books, "inbox.1")
    for point in ("run.ingested", "run.built", "close.rows_written"):
        books.crash(point, *CLOSE)
        assert not list((books.home / "landing" / "posted").glob("*.json"))
    books.crash("close.committed", *CLOSE)  # one entity is closed, the others not yet
    assert "did not end well" in books.command("publish", check=(1,)).text
    books.command(*CLOSE, check=(0,))
    _deliver(books, *(box for box, _, _ in TIMETABLE[1:]))
    books.crash("publish.written", *RUN)
    books.crash("publish.file_swapped", "publish")
    books.command(*RUN, "--no-wait", check=(0, 3))
    assert_same_figures(books.figures(SCHEMAS), undisturbed.books.figures(SCHEMAS))
    books.command("verify", check=(0,))
    leftovers = [
        path.name for path in books.home.rglob("*") if path.name.endswith((".tmp", ".part"))
    ]
    assert not leftovers


def test_two_runs_at_once(undisturbed: Undisturbed) -> None:
    books = undisturbed.books
    assert undisturbed.refused.code == 75, undisturbed.refused.text
    assert "in use" in undisturbed.refused.text
    files = books.query("select count(*), count(distinct sha256) from raw.files")[0]
    assert files[0] == files[1] == sum(1 for path in books.inbox.rglob("*") if path.is_file())
    doubled = (
        "select count(*) from raw.usage__events group by event_id, revision having count(*) > 2"
    )
    assert books.query(doubled) == []
