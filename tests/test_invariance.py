"""The same facts in other files, another order, twice, over several runs: the same marts."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.books import Books, assert_same_figures
from tests.conftest import TIMETABLE, deliver_cases

SCHEMAS = ("billing", "receivables", "revenue", "ledger", "close", "reports")
AS_OF, KNOWN_ON = "2026-03-31", "2026-04-10"


@pytest.fixture(scope="module")
def plain_books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """Every case, delivered whole, in one run; nothing is closed."""
    books = Books(tmp_path_factory.mktemp("plain"))
    for box, _, _ in TIMETABLE:
        _deliver_apart(books, box)
    books.run(AS_OF, KNOWN_ON)
    return books


def _deliver_apart(books: Books, box: str) -> None:
    """One delivery of every case, under names that no other delivery has."""
    staged = Books(books.home / f"staged-{box}")
    deliver_cases(staged, box)
    # Of copies that conflict the first loaded stands: there, and there alone, order counts.
    for path in staged.inbox.rglob("*.versions_and_copies.*"):
        path.unlink()
    books.deliver(staged.inbox, box.replace(".", "-"))


def _figures(books: Books) -> dict[str, Counter]:
    """Every published figure but the count of rows that files held: a copy holds them again."""
    figures = books.figures(SCHEMAS)
    rows = figures["close.reconciliations"]
    figures["close.reconciliations"] = Counter(
        {row: n for row, n in rows.items() if "feed_rows_accounted_for" not in row}
    )
    return figures


def test_a_second_run_changes_nothing(plain_books: Books) -> None:
    before = _figures(plain_books)
    plain_books.run(AS_OF, KNOWN_ON)
    assert_same_figures(_figures(plain_books), before)


def test_files_split_reordered_and_delivered_twice(plain_books: Books, tmp_path: Path) -> None:
    books = Books(tmp_path)
    for path in sorted(plain_books.inbox.rglob("*")):
        if path.suffix == ".csv":
            _split(path, books.inbox / path.relative_to(plain_books.inbox))
    for path in sorted((plain_books.inbox / "bank").iterdir()):
        for name in (path.name, f"again-{path.name}.gz"):
            target = books.inbox / "bank" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            data = path.read_bytes()
            target.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    books.run(AS_OF, KNOWN_ON)
    assert_same_figures(_figures(books), _figures(plain_books))


def _split(path: Path, target: Path) -> None:
    """Every second row, backwards, as JSON lines; the others as CSV; the usage ones twice."""
    with path.open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))[::-1]
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({k: v for k, v in row.items() if v}) for row in rows[1::2]]
    if lines:
        target.with_suffix(".jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    names = ["", "-again"] if "usage" in target.parts else [""]
    for number, name in enumerate(names):
        copy = target.with_name(f"{target.name.removesuffix('.csv')}{name}.csv")
        with copy.open("w", newline="", encoding="utf-8") as out:
            # The copy has its columns in another order: other bytes, the same rows.
            header = list(rows[0])[:: -1 if number else 1]
            writer = csv.DictWriter(out, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[::2])


def test_delivered_backwards_over_several_runs(plain_books: Books, tmp_path: Path) -> None:
    books = Books(tmp_path)
    for box, _, _ in reversed(TIMETABLE):
        _deliver_apart(books, box)
        books.run(AS_OF, KNOWN_ON)
    assert_same_figures(_figures(books), _figures(plain_books))
