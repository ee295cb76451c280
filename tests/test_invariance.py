"""The same facts in other files, another order, twice, over several runs: the same marts."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from collections import Counter
from pathlib import Path

from tests.books import Books, assert_same_figures

SCHEMAS = ("billing", "receivables", "revenue", "ledger", "close", "reports")
AS_OF, KNOWN_ON = "2026-03-31", "2026-04-10"


def _figures(books: Books) -> dict[str, Counter]:
    """Every published figure but the count of rows that files held: a copy holds them again."""
    figures = books.figures(SCHEMAS)
    rows = figures["close.reconciliations"]
    figures["close.reconciliations"] = Counter(
        {row: n for row, n in rows.items() if "feed_rows_accounted_for" not in row}
    )
    return figures


def test_a_second_run_changes_nothing(whole_books: Books, tmp_path: Path) -> None:
    books = Books(tmp_path / "home")
    shutil.copytree(whole_books.home, books.home, symlinks=True)
    books.run(AS_OF, KNOWN_ON)
    assert_same_figures(_figures(books), _figures(whole_books))


def test_split_reordered_backwards_and_delivered_twice(whole_books: Books, tmp_path: Path) -> None:
    """The last boxes come first, in other files; with the first box all comes a second time."""
    books = Books(tmp_path)
    files = [path for path in sorted(whole_books.inbox.rglob("*")) if path.is_file()]
    first = [path for path in files if ".inbox-1." in path.name]
    assert first and len(first) < len(files)
    for delivered, again in (([p for p in files if p not in first], []), (first, files)):
        for path in delivered:
            _deliver(path, books.inbox / path.relative_to(whole_books.inbox))
        for path in again:
            _deliver_again(path, books.inbox / path.relative_to(whole_books.inbox))
        books.run(AS_OF, KNOWN_ON)
    assert_same_figures(_figures(books), _figures(whole_books))


def _deliver(path: Path, target: Path) -> None:
    """A statement as it is; of other files every second row, backwards, as JSON lines."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != ".csv":
        shutil.copyfile(path, target)
        return
    rows = _rows_backwards(path)
    lines = [json.dumps({k: v for k, v in row.items() if v}) for row in rows[1::2]]
    if lines:
        target.with_suffix(".jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _write(target, list(rows[0]), rows[::2])


def _deliver_again(path: Path, target: Path) -> None:
    """A statement compressed; events with their columns in another order: other bytes."""
    target = target.with_name(f"again-{target.name}")
    if path.suffix != ".csv":
        target.with_name(f"{target.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    elif "usage" in path.parts:
        rows = _rows_backwards(path)
        _write(target, list(rows[0])[::-1], rows)


def _rows_backwards(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))[::-1]


def _write(target: Path, header: list[str], rows: list[dict[str, str]]) -> None:
    with target.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
