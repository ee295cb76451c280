"""Fixtures of the end-to-end tests. What takes long is built once a session and only read."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.books import Books
from tests.posting.company import company
from tests.posting.late_company import late_company

CASES = Path(__file__).parent / "cases"
# The timetable of all cases: what is delivered, then what is closed, and when it was known.
TIMETABLE = (
    ("inbox.1", "2026-01", "2026-02-10"),
    ("inbox.2", "2026-02", "2026-03-10"),
    ("inbox.3", None, "2026-04-10"),
)


# Files that take minutes: a process takes whole files, and these are handed out first.
LONGEST = (
    "test_mutations.py",
    "test_interruptions.py",
    "test_real_inbox.py",
    "test_invariance.py",
    "test_waivers.py",
    "test_demo.py",
    "test_posting.py",
)

POSTED = (
    "billing.bill_lines",
    "receivables.receipt_applications",
    "revenue.recognition_transactions",
    "ledger.journal_lines",
)
# Reports that keep every closed month end: what names the month.
KEPT = {
    "ledger.trial_balance": "month",
    "revenue.contract_positions": "month",
    "reports.close_statistics": "month",
    "close.reconciliations": "month",
    "close.periods": "month",
    "receivables.customer_account_balances": "strftime(as_of, '%Y-%m')",
    "reports.customer_aging": "strftime(as_of, '%Y-%m')",
    "reports.finance_aging": "strftime(as_of, '%Y-%m')",
    "reports.customer_overdue": "strftime(as_of, '%Y-%m')",
}


def deliver_cases(books: Books, box: str) -> None:
    """Put one delivery of every case into the inbox, each file under a name of its case."""
    for case in sorted(path for path in CASES.iterdir() if (path / box).is_dir()):
        books.deliver(case / box, case.name)
    number = int(box.rpartition(".")[2])
    company().write(books.inbox, [number])
    late_company().write(books.inbox, [number])


@pytest.fixture(scope="session")
def closed_books(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Books:
    """Every case in one home: January and February closed, then built as of the end of March."""
    return _built_once(tmp_path_factory, worker_id, "cases", _build_cases)


@pytest.fixture(scope="session")
def whole_books(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Books:
    """Every case, delivered whole, in one run as of the end of March; nothing is closed."""
    return _built_once(tmp_path_factory, worker_id, "whole", _build_whole)


def _built_once(
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
    name: str,
    build: Callable[[Books], None],
) -> Books:
    """Books built once for all processes of a test run; the others wait. They are only read."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent
    books = Books(base / name)
    done = base / f"{name}-done"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(books.home, ignore_errors=True)
            build(books)
            done.touch()
    return books


def _build_whole(books: Books) -> None:
    """Each delivery under names that no other one has."""
    for box, _, _ in TIMETABLE:
        staged = Books(books.home / f"staged-{box}")
        deliver_cases(staged, box)
        # Of copies that conflict the first loaded stands: there, and there alone, order counts.
        for path in staged.inbox.rglob("*.versions_and_copies.*"):
            path.unlink()
        books.deliver(staged.inbox, box.replace(".", "-"))
        shutil.rmtree(staged.home)
    books.run("2026-03-31", TIMETABLE[-1][2])


def _build_cases(books: Books) -> None:
    for box, month, known_on in TIMETABLE:
        deliver_cases(books, box)
        if month:
            books.close(month, known_on)
            (books.home / f"closed-{month}.txt").write_text(closed_fingerprint(books, month))
        else:
            books.run("2026-03-31", known_on)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest files first, so that two processes end together; the others in their order."""
    rank = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(rank)))


def closed_fingerprint(books: Books, month: str) -> str:
    """The bytes of every posted file up to a close, and the rows that readers see of that month."""
    folder = books.home / "landing" / "posted"
    lines = [
        f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and re.findall(r"^\d+-(\d{4}-\d{2})", path.relative_to(folder).parts[0])[0] <= month
    ]
    for table, column in (dict.fromkeys(POSTED, "posting_month") | KEPT).items():
        rows = books.query(f"select * from {table} where {column} = '{month}'")
        lines += sorted(f"{table} {row}" for row in rows)
    return "\n".join(lines)
